package Cruddur::OpenAPI;

# Every answer that a test gets through Cruddur::HTTP is held against the
# OpenAPI document: the status must be one that its route names, the body must
# fit the schema of that status, and a body that was taken must fit the schema
# of the request. (OpenAPI 3.1 schemas are JSON Schema 2020-12.) Query
# parameters that were taken, and headers that a client goes by, must be named;
# headers that are said to be required must be there.
#
#     my @faults = violations($method, $path, $request_body, $answer);

use v5.36;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP ();
use JSON::Validator;
use YAML::XS ();

our @EXPORT_OK = qw(violations document);

my $top = dirname(dirname(dirname(dirname(abs_path(__FILE__)))));
my (%validators, @routes);

sub document {
	state $document = do {
		local $YAML::XS::Boolean = 'JSON::PP';
		YAML::XS::LoadFile("$top/src/api/openapi.yaml");
	};
	return $document;
}

# How much of a path is literal.
sub literal ($path) { return length $path =~ s/\{\w+\}//gr }

# The path of the document that an address belongs to: of those that fit, the
# one with the fewest parts in braces, and then the most literal one.
sub template ($path) {
	$path =~ s/\?.*//s;
	$path =~ s/%40/@/g;
	@routes = map {
		my $pattern = quotemeta =~ s/\\\{\w+\\\}/[^\/]+/gr;
		[$_, qr/^$pattern$/]
	} sort {
		($a =~ tr/{//) <=> ($b =~ tr/{//) || literal($b) <=> literal($a)
	} keys document()->{paths}->%*
	    if !@routes;
	for my $route (@routes) {
		return $route->[0] if $path =~ $route->[1];
	}
	return;
}

# What a $ref points at.
sub resolved ($node) {
	while (ref $node eq 'HASH' && $node->{'$ref'}) {
		my $at = document();
		$at = $at->{$_} for split m{/}, $node->{'$ref'} =~ s{^#/}{}r;
		$node = $at;
	}
	return $node;
}

sub validator ($key, $schema) {
	return $validators{$key} //= JSON::Validator->new(formats => {
		JSON::Validator->new->formats->%*,
		password => sub { undef }, # says only how to show it
	})->schema({
		'$schema' => 'https://json-schema.org/draft/2020-12/schema',
		components => document()->{components},
		allOf => [$schema],
	});
}

sub faults_of ($key, $content, $data) {
	my $schema = $content->{schema} // return;
	return map { "$key: $_" } validator($key, $schema)->validate($data);
}

# Headers of an answer that belong to the contract.
my @HEADERS = qw(Allow Link Retry-After Set-Cookie WWW-Authenticate X-Request-Id);

sub header_faults ($name, $response, $got) {
	my $said = $response->{headers} // {};
	return (
		map({ "$name: $_ is not in the document" } grep {
			exists $got->{ lc $_ } && !$said->{$_} } @HEADERS),
		map({ "$name: no $_" } grep {
			resolved($said->{$_})->{required} && !exists $got->{ lc $_ }
		} sort keys %$said),
	);
}

# The query parameters of an address that its operation does not name.
sub unnamed_parameters ($path, $operation) {
	my ($query) = $path =~ /\?(.*)/s or return;
	my %named = map { $_->{name} => 1 } grep { $_->{in} eq 'query' }
	    map { resolved($_) } ($operation->{parameters} // [])->@*;
	return grep { !$named{$_} } map { s/=.*//sr } split /&/, $query;
}

sub violations ($method, $path, $sent, $answer) {
	my $template = template($path) // return;
	my $operation = document()->{paths}{$template}{ lc $method } // return;
	my $status = $answer->{status};
	my $name = "$method $template";
	my $response = resolved($operation->{responses}{$status})
	    // return "$name: status $status is not in the document";
	my ($type) = ($answer->{headers}{'content-type'} // '') =~ /^([\w\/+]+)/;
	my $content = ($response->{content} // {})->{ $type // '' };
	return "$name $status: type '" . ($type // '') . "' is not in the document"
	    if length($answer->{content} // '') && !$content;
	my @faults = header_faults("$name $status", $response, $answer->{headers});
	push @faults, map { "$name: parameter $_ is not in the document" }
	    unnamed_parameters($path, $operation) if $status == 200;
	push @faults, faults_of("$name $status", $content, $answer->{json})
	    if $content && $type =~ /json/;
	my $body = resolved($operation->{requestBody} // {})->{content};
	push @faults, faults_of("$name request", $body->{'application/json'},
	    JSON::PP->new->utf8->allow_nonref->decode($sent))
	    if $status == 200 && $body && length($sent // '');
	return @faults;
}

1;
