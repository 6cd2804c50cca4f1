#!/usr/bin/perl
# The OpenAPI document and the route table say the same: every route, who may
# call it, whether it takes a body; and the server answers the document. (That
# the answers are as it says is checked of every request of every test, in
# Cruddur::HTTP.)
use v5.36;
use FindBin qw($Bin);
use JSON::PP ();
use Test::More;
use Cruddur::OpenAPI qw(document violations);
use Cruddur::Stack qw(slurp);

my $document = document();
my %codes = map { $_ => 1 } $document->{components}{schemas}{ErrorCode}{enum}->@*;
my (%routes, %operations);

# { M_POST, "/api/x/{uuid}", AUTH_USER, JSON_BODY, api_x, "x" }
my $source = slurp("$Bin/../../src/api/routes.c");
while ($source =~ /\{\s*M_(\w+),\s*"(\/api[^"]*)",\s*AUTH_(\w+),\s*(\w+),\s*\w+,\s*"(\w+)"\s*\}/g) {
	$routes{"$1 $2"} = { auth => $3, body => $4, name => $5 };
}
for my $path (keys $document->{paths}->%*) {
	for my $method (keys $document->{paths}{$path}->%*) {
		next if $method !~ /^(get|post|put|delete|patch)$/;
		$operations{ uc($method) . " $path" } = $document->{paths}{$path}{$method};
	}
}
is_deeply [sort keys %operations], [sort keys %routes], 'the same routes';

for my $name (sort keys %routes) {
	my ($route, $operation) = ($routes{$name}, $operations{$name});
	next if !$operation;
	is $operation->{operationId}, $route->{name}, "$name: its name";
	is !!$operation->{requestBody}, $route->{body} ne '0', "$name: a body or none";
	my $statuses = $operation->{responses};
	my $anyone = $operation->{security} && !$operation->{security}->@*;
	ok !$anyone, "$name: needs signing in" if $route->{auth} eq 'USER';
	ok $statuses->{401}, "$name: 401" if $route->{auth} eq 'USER';
	ok $statuses->{$_}, "$name: $_, which nginx says" for 429, 502, 504;
	if ($route->{body} ne '0') {
		ok $statuses->{$_}, "$name: $_" for 400, 413, 415, 422;
	}
	my %named = map { $_ => 1 } $name =~ /\{(\w+)\}/g;
	my @parameters = map {
		$_->{'$ref'} ? $document->{components}{parameters}{ $_->{'$ref'} =~ s{.*/}{}r } : $_
	} ($operation->{parameters} // [])->@*;
	is_deeply [sort map { $_->{name} } grep { $_->{in} eq 'path' } @parameters],
	    [sort keys %named], "$name: the parts of its path";
}

# Codes that a client can get with 422, 409, 401 … stand in the document.
my $table = slurp("$Bin/../../src/base/rc.def");
while ($table =~ /RC\((\w+),\s*"(\w+)",\s*(\d+)/g) {
	ok $codes{$2}, "code $2 is in the document" if $3 == 422 && $2 ne 'invalid';
}

# Examples of problems are what the server says, or nginx.
my %said; # "status detail" -> code
while ($table =~ /RC\(\w+,\s*"(\w+)",\s*(\d+),\s*\w+,\s*((?:"[^"]*"\s*)+)\)/g) {
	my ($code, $status, $detail) = ($1, $2, $3);
	$said{"$status " . join '', $detail =~ /"([^"]*)"/g} = $code;
}
my $nginx = slurp("$Bin/../../nginx/snippets/cruddur-http.conf");
$said{"$1 $2"} //= 'nginx' while $nginx =~ /^\t(\d+) '.*"detail":"(.*)"';$/mg;
my $responses = $document->{components}{responses};
for my $name (sort keys %$responses) {
	my $problem = ($responses->{$name}{content} // {})->{'application/problem+json'}
	    or next;
	my $example = $problem->{example};
	my $code = $said{"$example->{status} $example->{detail}"};
	ok $code, "$name: its example is an answer of ours" or next;
	is_deeply $example->{errors}, [$code], "$name: with its code"
	    if $example->{errors};
}

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb cognito api nginx)]);
my $r = $stack->http->get('/api/openapi.json');
is $r->{status}, 200, 'the server answers it';
is_deeply $r->{json}, JSON::PP->new->decode(JSON::PP->new->encode($document)),
    'and it is this document';

# The check itself can fail: an answer that is not as it should be.
my %answer = (status => 200, content => 'x', headers => {
	'content-type' => 'application/json', 'x-request-id' => 'x' });
is scalar violations(GET => '/api/health-check', '',
    { %answer, json => { success => JSON::PP::true } }), 0, 'a good answer';
ok scalar violations(GET => '/api/health-check', '',
    { %answer, json => { success => 'yes' } }), 'a field of another type';
ok scalar violations(GET => '/api/health-check', '', { %answer, status => 418 }),
    'a status that is not named';
ok scalar violations(GET => '/api/message_groups', '',
    { %answer, json => [{ uuid => 5 }] }), 'a field missing';
my %health = (%answer, json => { success => JSON::PP::true });
ok scalar violations(GET => '/api/health-check?limit=1', '', \%health),
    'a parameter that is not named';
ok scalar violations(GET => '/api/health-check', '', { %health,
    headers => { $answer{headers}->%*, link => '<x>' } }),
    'a header that is not named';
ok scalar violations(GET => '/api/health-check', '', { %health,
    headers => { 'content-type' => 'application/json' } }),
    'a header that is missing';
done_testing;
