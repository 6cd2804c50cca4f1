#!/usr/bin/perl
# What holds for every route of the table, read from its source: who may call,
# which methods and types, how large a body.
use v5.36;
use FindBin qw($Bin);
use Test::More;
use Cruddur::Stack qw(slurp);

my $stack = Cruddur::Stack->start;
my $http = $stack->http;

# { M_POST, "/api/x/{uuid}", AUTH_USER, JSON_BODY, api_x, "x" }
my $row = qr/\{\s*M_(\w+),\s*"([^"]+)",\s*AUTH_(\w+),\s*(\w+),\s*\w+,\s*"(\w+)"\s*\}/;
my @routes;
my $source = slurp("$Bin/../../src/api/routes.c");
while ($source =~ /$row/g) {
	push @routes, { method => $1, path => $2, auth => $3, body => $4,
	    name => $5 };
}
cmp_ok scalar @routes, '>=', 14, 'the table is read';
my %methods;
push $methods{ $_->{path} }->@*, $_->{method} for @routes;

sub path_of ($route) {
	return $route->{path} =~ s/\{handle\}/bayko/r
	    =~ s/\{\w+\}/5ae290ed-55d1-47a0-bc6d-fe2bc2700399/r;
}

for my $route (grep { $_->{auth} ne 'LOCAL' } @routes) {
	my $path = path_of($route);
	my $name = "$route->{method} $route->{path}";
	my %json = ('Content-Type' => 'application/json');
	if ($route->{auth} eq 'USER') {
		is $http->request($route->{method}, $path, headers => \%json,
		    content => 'x' x 70_000)->{status}, 413,
		    "$name: nginx bounds the body for anybody"
		    if $route->{body} ne '0';
		my $r = $http->request($route->{method}, $path, headers => \%json,
		    content => '{not json');
		is $r->{status}, 401, "$name: nobody, before the body is looked at";
		like $r->{headers}{'www-authenticate'}, qr/^Bearer/, "$name: how to";
		like $r->{headers}{'content-type'}, qr{^application/problem\+json},
		    "$name: a problem document";
	}
	my @as = $route->{auth} eq 'USER' ? (as => 'bayko') : ();
	if ($route->{body} ne '0') {
		is $http->request($route->{method}, $path, @as,
		    headers => { 'Content-Type' => 'text/plain' },
		    content => '{}')->{status}, 415, "$name: another type";
		is $http->request($route->{method}, $path, @as, headers => \%json,
		    content => ' ' x 65_537)->{status}, 413, "$name: too large";
	}
	my %has = map { $_ => 1 } $methods{ $route->{path} }->@*;
	$has{HEAD} = $has{GET} if $has{GET};
	for my $method (grep { !$has{$_} } qw(GET POST PUT DELETE PATCH)) {
		my $r = $http->request($method, $path, @as);
		is $r->{status}, 405, "$method $route->{path}: not allowed";
		my %allow = map { $_ => 1 } split /, */, $r->{headers}{allow} // '';
		ok((!grep { !$allow{$_} } keys %has), 'Allow names those that are');
	}
	my $r = $http->request(OPTIONS => $path);
	is $r->{status}, 204, "OPTIONS $route->{path}";
}

for my $path ('/api/', '/api/nothing', '/api/messages/', '/api/activities/home/',
    '/api//health-check', '/api/users/bayko/short', '/api/users/@/short') {
	my $r = $http->get($path);
	is $r->{status}, 404, "$path: unknown";
	is(($r->{json} // {})->{status}, 404, "$path: a problem document");
}

subtest 'every answer' => sub {
	for my $path ('/api/health-check', '/api/nothing', '/api/messages') {
		my $r = $http->get($path);
		like $r->{headers}{'x-request-id'}, qr/^[\w-]{8,64}$/, "$path: an id";
	}
	my $r = $http->request(HEAD => '/api/activities/home');
	is $r->{status}, 200, 'HEAD';
	is $r->{content} // '', '', 'has no body';
	cmp_ok $r->{headers}{'content-length'}, '>', 2, 'but its length';
};

subtest 'CORS' => sub {
	my %other = (Origin => 'https://elsewhere.example');
	my $r = $http->get('/api/health-check', headers => \%other);
	is $r->{headers}{'access-control-allow-origin'}, undef,
	    'another origin is not echoed';
	$r = $http->request(OPTIONS => '/api/messages', headers => { %other,
	    'Access-Control-Request-Method' => 'POST' });
	is $r->{headers}{'access-control-allow-origin'}, undef, 'nor for POST';
};
done_testing;
