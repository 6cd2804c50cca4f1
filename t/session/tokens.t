#!/usr/bin/perl
# Access tokens at the door: every bad one is 401 before anything else is
# looked at, a good one says who calls. Through nginx, with an issuer of the
# test's own.
use v5.36;
use Digest::SHA qw(hmac_sha256);
use MIME::Base64 qw(encode_base64url);
use JSON::PP ();
use Test::More;
use Cruddur::Issuer;
use Cruddur::Stack qw(wait_for);

my $issuer = Cruddur::Issuer->start;
my $stack = Cruddur::Stack->start(
	settings => { $issuer->settings->%*, CRUDDUR_WORKERS => 4 });
my $http = $stack->http;
my $sub = $stack->dbh->selectrow_array(
	q{SELECT cognito_user_id FROM users WHERE handle = 'bayko'});
my $good = $issuer->token(sub => $sub);
my ($head, $body, $signature) = split /\./, $good;
my $GROUPS = '/api/message_groups';

# An access token whose parts are these texts, signed by HMAC with secret.
sub by_hmac ($secret, $header, $payload) {
	my $signed = join '.', map { encode_base64url($_) } $header, $payload;
	return $signed . '.' . encode_base64url(hmac_sha256($signed, $secret));
}

my $claims = JSON::PP->new->canonical->encode({
	sub => $sub, iss => $issuer->url, client_id => $issuer->client_id,
	token_use => 'access', exp => time + 3600 });
my $none = join '.', map { encode_base64url($_) }
    '{"alg":"none","kid":"k1"}', $claims;
my $tampered = encode_base64url($claims =~ s/\Q$sub\E/someone-else/r);

my @refused = (
	[none => undef],
	['an empty header' => ''],
	['garbage' => 'Bearer garbage'],
	['truncated' => 'Bearer ' . substr $good, 0, -8],
	['tampered with' => "Bearer $head.$tampered.$signature"],
	['no signature' => "Bearer $head.$body"],
	['an empty signature' => "Bearer $head.$body."],
	['expired by 31 s' =>
		'Bearer ' . $issuer->token(sub => $sub, exp => time - 31)],
	['not yet valid' =>
		'Bearer ' . $issuer->token(sub => $sub, nbf => time + 60)],
	['other issuer' =>
		'Bearer ' . $issuer->token(sub => $sub, iss => $issuer->url . '2')],
	['other client' =>
		'Bearer ' . $issuer->token(sub => $sub, client_id => 'other')],
	['an ID token' => 'Bearer ' . $issuer->token(sub => $sub,
		token_use => 'id', client_id => undef,
		aud => $issuer->client_id)],
	['a refresh token' => 'Bearer ' . $issuer->token({ alg => 'RS256' },
		sub => $sub, token_use => undef, client_id => undef)],
	['alg none' => "Bearer $none."],
	['alg none with the signature of another' => "Bearer $none.$signature"],
	['alg HS256 by our public key' => 'Bearer '
		. by_hmac($issuer->pem('k1'), '{"alg":"HS256","kid":"k1"}', $claims)],
	['no kid' => 'Bearer ' . $issuer->token({ alg => 'RS256' }, sub => $sub)],
	['no sub' => 'Bearer ' . $issuer->token],
	['exp a string' =>
		'Bearer ' . $issuer->token(sub => $sub, exp => '9999999999x')],
	['exp a string of digits' => 'Bearer ' . $issuer->token(sub => $sub,
		exp => '' . (time + 3600) . '')],
	['rubbish after the signature' => "Bearer ${good}AAAA"],
	['a fourth part' => "Bearer $good.AAAA"],
	['8 kB of A' => 'Bearer ' . 'A' x 8192],
	['Basic with a good token' => "Basic $good"],
	['no scheme' => $good],
	['two tokens' => "Bearer $good, Bearer $good"],
	['two tokens in one' => "Bearer $good $good"],
);

sub is_refused ($r, $name) {
	is $r->{status}, 401, "$name: 401" or diag $r->{content};
	like $r->{headers}{'www-authenticate'} // '', qr/^Bearer/,
	    "$name: WWW-Authenticate";
	is $r->{headers}{'content-type'}, 'application/problem+json',
	    "$name: a problem";
	return;
}

subtest 'refused, and no body is looked at' => sub {
	for (@refused) {
		my ($name, $header) = @$_;
		my %headers = defined $header ? (Authorization => $header) : ();
		is_refused($http->get($GROUPS, headers => {%headers}), "GET, $name");
		is_refused($http->request(POST => '/api/messages',
			headers => { %headers, 'Content-Type' => 'text/nonsense' },
			content => '{"not": json'), "POST, $name");
	}
};

subtest 'accepted' => sub {
	for (
		['a good token' => "Bearer $good"],
		['scheme in lower case' => "bearer $good"],
		['scheme in capitals' => "BEARER $good"],
		['more than one blank' => "Bearer   $good"],
		['expired by 20 s' =>
			'Bearer ' . $issuer->token(sub => $sub, exp => time - 20)],
		['once more' => "Bearer $good"],
	    ) {
		my ($name, $header) = @$_;
		my $r = $http->get($GROUPS, headers => { Authorization => $header });
		is $r->{status}, 200, $name or diag $r->{content};
		is $r->{json}[0]{handle}, 'andrewbrown', "$name: it is bayko";
	}
};

subtest 'two Authorization lines' => sub {
	my ($host) = $stack->url =~ m{//(.*)};
	my $answer = $http->raw(join "\r\n", "GET $GROUPS HTTP/1.1", "Host: $host",
		"Authorization: Bearer $good", "Authorization: Bearer $good",
		'Connection: close', '', '');
	like $answer, qr{^HTTP/1.1 40[01] }, 'refused';
};

subtest 'a token in the cookie' => sub {
	my %cookie = (Cookie => "a=b; __Host-cruddur=$good; c=d");
	my $r = $http->get($GROUPS, headers => {%cookie});
	is $r->{status}, 200, 'GET' or diag $r->{content};
	is_refused($http->get($GROUPS, headers => {
		%cookie, Authorization => 'Bearer garbage' }), 'the header goes first');
	is_refused($http->get($GROUPS, headers => {
		Cookie => "__Host-cruddur=$good; __Host-cruddur=$good" }), 'twice');
	is_refused($http->get($GROUPS, headers => {
		Cookie => "x__Host-cruddur=$good; __host-cruddur=$good" }),
	    'other names');

	my %message = (message => 'by cookie', handle => 'andrewbrown');
	my $send = sub (%headers) {
		return $http->post('/api/messages', \%message,
			headers => { %cookie, %headers });
	};
	for (
		['no Origin'],
		['a foreign one', 'https://evil.example'],
		['null', 'null'],
		['without TLS', $stack->url =~ s/^https/http/r],
		['another port', 'https://localhost:1'],
		['with more behind', $stack->url . '.evil.example'],
		['with a path', $stack->url . '/'],
	    ) {
		my ($name, $origin) = @$_;
		my $r = $send->(defined $origin ? (Origin => $origin) : ());
		is $r->{status}, 403, "POST, Origin: $name";
		is_deeply $r->{json}{errors}, ['origin_refused'], "$name: code";
	}
	$r = $send->(Origin => $stack->url);
	is $r->{status}, 200, 'POST, our own Origin' or diag $r->{content};
	$r = $http->post('/api/messages', \%message, token => $good,
		headers => { Origin => 'https://evil.example' });
	is $r->{status}, 200, 'POST, a bearer token needs no Origin';
};

subtest 'keys are fetched once for all' => sub {
	is $issuer->fetches, 1, 'once up to here';
	my $unknown = $issuer->token({ alg => 'RS256', kid => 'k9' }, sub => $sub);
	$issuer->add_key('k2');
	$issuer->publish('k1', 'k2');
	my $new = $issuer->token({ alg => 'RS256', kid => 'k2' }, sub => $sub);
	for (1 .. 40) {
		my $r = $http->get($GROUPS, token => $_ % 2 ? $new : $unknown);
		is $r->{status}, $_ % 2 ? 200 : 401, $_ % 2 ? 'rotated' : 'unknown';
	}
	is $issuer->fetches, 2, 'one refetch for an unknown key';
	$issuer->add_key('k3');
	$issuer->publish('k3');
	my $newer = $issuer->token({ alg => 'RS256', kid => 'k3' }, sub => $sub);
	is_refused($http->get($GROUPS, token => $newer), 'within the minute')
	    for 1 .. 8;
	is $issuer->fetches, 2, 'and none within the minute';
	like $stack->log('api'), qr/"event":"jwks_refreshed"/, 'is logged';
};

subtest 'no keys at all: 503, and back without a restart' => sub {
	$issuer->publish_text('<html>Not here.</html>');
	$stack->restart('api');
	my $r = $http->get($GROUPS, token => $good);
	is $r->{status}, 503, 'cannot tell';
	ok $r->{headers}{'retry-after'}, 'Retry-After';
	is $http->get('/api/health-check/ready')->{status}, 503, 'not ready';
	is $http->get('/api/health-check')->{status}, 200, 'alive';
	is $http->get('/api/activities/home')->{status}, 200, 'the feed goes on';
	is_refused($http->get($GROUPS, token => 'garbage'), 'garbage');
	$issuer->publish('k1');
	wait_for { $http->get($GROUPS, token => $good)->{status} == 200 }
	    'the keys';
	is $http->get('/api/health-check/ready')->{status}, 200, 'ready';
};

subtest 'no token in any log' => sub {
	my $log = $stack->log;
	for my $secret ($good, $signature, substr($good, -40)) {
		ok index($log, $secret) < 0, 'not there';
	}
};

done_testing;
