#!/usr/bin/perl
# An app client with a secret: each call that needs one bears SECRET_HASH, by
# an independent computation, also when a session is renewed by the refresh
# cookie alone.
use v5.36;
use Digest::SHA qw(hmac_sha256_base64);
use Test::More;
use Cruddur::Cognito;
use Cruddur::Stack;

my $secret = 'the-secret-of-the-client';
my $cognito = Cruddur::Cognito->start;
my $stack = Cruddur::Stack->start(settings => { $cognito->settings->%*,
	CRUDDUR_COGNITO_CLIENT_SECRET => $secret });
$cognito->in_front_of($stack);
my $http = $stack->http;
my $client = $stack->env->{AWS_COGNITO_CLIENT_ID};
my ($email, $sub) = $stack->dbh->selectrow_array(
	q{SELECT email, cognito_user_id FROM users WHERE handle = 'bayko'});

sub hash_for ($username) {
	my $hash = hmac_sha256_base64("$username$client", $secret);
	return $hash . '=' x (-length($hash) % 4);
}

my $r = $http->post('/api/session', { username => $email,
	password => $stack->env->{CRUDDUR_DEMO_PASSWORD} });
is $r->{status}, 200, 'signed in' or diag $r->{content};
is $cognito->last('InitiateAuth')->{AuthParameters}{SECRET_HASH},
    hash_for($email), 'sign-in';

my ($refresh) = map { /^(__Secure-cruddur-refresh=[^;]+)/ ? $1 : () }
    $r->{headers}{'set-cookie'}->@*;
$r = $http->request(POST => '/api/session/refresh', headers => {
	Cookie => $refresh, Origin => $stack->url });
is $r->{status}, 200, 'renewed' or diag $r->{content};
my $asked = $cognito->last('InitiateAuth');
is $asked->{AuthFlow}, 'REFRESH_TOKEN_AUTH', 'by the refresh token';
is $asked->{AuthParameters}{SECRET_HASH}, hash_for($sub), 'whose it is';

$cognito->answers(InitiateAuth => { ChallengeName => 'NEW_PASSWORD_REQUIRED',
	Session => 'the-session-of-cognito',
	ChallengeParameters => { USER_ID_FOR_SRP => 'the-id' } });
my $session = $http->post('/api/session', { username => $email,
	password => 'Temporary-1' })->{json}{session};
$cognito->fails(RespondToAuthChallenge => 'NotAuthorizedException');
$http->post('/api/session/password', { username => $email,
	session => $session, password => 'Chosen-1' });
is_deeply $cognito->last('RespondToAuthChallenge')->{ChallengeResponses},
    { USERNAME => 'the-id', SECRET_HASH => hash_for('the-id'),
	NEW_PASSWORD => 'Chosen-1' }, 'a new password';

for (
	[SignUp => '/api/users', { name => 'A', handle => 'aaa',
		email => 'a@cruddur.example', password => 'Password-1' }],
	[ConfirmSignUp => '/api/users/confirm',
		{ email => 'a@cruddur.example', code => '1' }],
	[ResendConfirmationCode => '/api/users/resend',
		{ email => 'a@cruddur.example' }],
	[ForgotPassword => '/api/password/forgot',
		{ email => 'a@cruddur.example' }],
	[ConfirmForgotPassword => '/api/password/reset', { code => '1',
		email => 'a@cruddur.example', password => 'Password-1' }],
    ) {
	my ($call, $path, $body) = @$_;
	$http->post($path, $body);
	is $cognito->last($call)->{SecretHash}, hash_for('a@cruddur.example'),
	    $call;
}
ok index($stack->log, $secret) < 0, 'the secret is in no log';

done_testing;
