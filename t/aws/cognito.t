#!/usr/bin/perl
# The calls of aws/cognito.h: on cognito-local, and for what it does not do
# (most exceptions, MFA, secrets of clients) on a stub.
use v5.36;
use Digest::SHA qw(hmac_sha256_base64);
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(program_ok run_program);
use Cruddur::Stack;
use Cruddur::Stub;

my $json = JSON::PP->new->utf8;

{
	my $stack = Cruddur::Stack->start(only => ['cognito']);
	program_ok($stack->run('t/aws/cognito-calls'), 'cognito-calls');
}

# One call, answered so: how it ended, what was asked, what was logged.
sub try_on ($call, $status, $answer, %env) {
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		return [$status, $json->encode($answer)];
	});
	my ($exit, $out, $log) = run_program({
		CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'eu-west-1',
		AWS_ACCESS_KEY_ID => 'AK', AWS_SECRET_ACCESS_KEY => 'SK',
		AWS_COGNITO_USER_POOL_ID => 'eu-west-1_Pool',
		AWS_COGNITO_CLIENT_ID => 'client',
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => $stub->url, %env,
	}, 't/aws/cognito-try', $call);
	is $exit, 0, 'cognito-try ends well' or diag $log;
	unlike $log, qr/SECRET/, 'nothing secret is logged';
	my @requests = $stub->requests;
	$stub->stop;
	return ($json->decode($out), \@requests, $log);
}

# Exception, text, then: call => rc.
my @exceptions = (
	[NotAuthorizedException => 'Incorrect username or password.',
		sign_in => 'bad_credentials', refresh => 'bad_credentials',
		get_user => 'bad_credentials', revoke => 'ok',
		confirm => 'code_expired', reset => 'code_mismatch',
		forgot => 'invalid'],
	[NotAuthorizedException => 'Password attempts exceeded',
		sign_in => 'too_many_attempts'],
	[NotAuthorizedException =>
		'Client client is configured with secret but SECRET_HASH was not received',
		sign_in => 'bad_configuration', sign_up => 'bad_configuration'],
	[NotAuthorizedException => 'Unable to verify secret hash for client client',
		sign_in => 'bad_configuration'],
	[UserNotFoundException => 'User does not exist.',
		sign_in => 'bad_credentials', get_user => 'bad_credentials',
		forgot => 'user_not_found', confirm => 'user_not_found'],
	[UserNotConfirmedException => 'User is not confirmed.',
		sign_in => 'user_not_confirmed'],
	[PasswordResetRequiredException => 'Password reset required',
		sign_in => 'password_reset_required'],
	[InvalidParameterException =>
		'USER_PASSWORD_AUTH flow not enabled for this client',
		sign_in => 'bad_configuration'],
	[InvalidParameterException => 'Invalid email address format.',
		sign_up => 'invalid'],
	[InvalidPasswordException => 'Password not long enough',
		sign_up => 'password_too_weak', reset => 'password_too_weak',
		new_password => 'password_too_weak'],
	[UsernameExistsException => 'User already exists',
		sign_up => 'username_exists'],
	[AliasExistsException => 'An account with the email already exists.',
		confirm => 'username_exists'],
	[CodeMismatchException => 'Invalid verification code provided',
		confirm => 'code_mismatch', reset => 'code_mismatch',
		new_password => 'bad_credentials'],
	[ExpiredCodeException => 'Invalid code provided',
		confirm => 'code_expired', reset => 'code_expired'],
	[LimitExceededException => 'Attempt limit exceeded',
		forgot => 'too_many_attempts', resend => 'too_many_attempts'],
	[TooManyFailedAttemptsException => 'x', reset => 'too_many_attempts'],
	[TooManyRequestsException => 'Rate exceeded', sign_in => 'throttled'],
	[ResourceNotFoundException => 'User pool client does not exist.',
		sign_in => 'bad_configuration', list_users => 'bad_configuration'],
	[InternalErrorException => 'x', sign_in => 'service_unavailable'],
	[CodeDeliveryFailureException => 'x', resend => 'service_unavailable'],
	[AccessDeniedException => 'x', list_users => 'backend_denied'],
);
for my $case (@exceptions) {
	my ($type, $text, @expected) = @$case;
	subtest "$type: $text" => sub {
		while (my ($call, $rc) = splice @expected, 0, 2) {
			my ($end) = try_on($call, 400,
				{ __type => $type, message => $text });
			is $end->{rc}, $rc, "$call: $rc";
		}
	};
}

subtest 'challenges' => sub {
	my ($end) = try_on('sign_in', 200, { ChallengeName => 'NEW_PASSWORD_REQUIRED',
		Session => 'the session', ChallengeParameters => {} });
	is $end->{rc}, 'new_password_required', 'a new password';
	is $end->{session}, 'the session', 'with its session';
	for my $name (qw(SMS_MFA SOFTWARE_TOKEN_MFA MFA_SETUP SELECT_MFA_TYPE)) {
		($end) = try_on('sign_in', 200, { ChallengeName => $name, Session => 's' });
		is $end->{rc}, 'mfa_not_supported', $name;
	}
};

subtest 'answers' => sub {
	my %result = (AccessToken => 'a', IdToken => 'i', ExpiresIn => 900);
	my ($end, $asked) = try_on('sign_in', 200,
		{ AuthenticationResult => { %result, RefreshToken => 'r' } });
	is_deeply $end, { rc => 'ok', error => '', access => JSON::PP::true,
		refresh => JSON::PP::true, session => '', expires_in_s => 900 },
	    'tokens';
	is_deeply $json->decode($asked->[0]{body}), {
		AuthFlow => 'USER_PASSWORD_AUTH', ClientId => 'client',
		AuthParameters => { USERNAME => 'ann@example.com',
			PASSWORD => 'SECRET-password' } }, 'what was asked';
	is $asked->[0]{headers}{'x-amz-target'},
	    'AWSCognitoIdentityProviderService.InitiateAuth', 'of whom';
	is $asked->[0]{headers}{authorization}, undef, 'unsigned';
	($end) = try_on('refresh', 200, { AuthenticationResult => \%result });
	is $end->{rc}, 'ok', 'a renewal';
	ok !$end->{refresh}, 'has no refresh token of its own';
	for my $odd ({}, [], { AuthenticationResult => {} },
		{ AuthenticationResult => { AccessToken => 5 } }) {
		($end) = try_on('sign_in', 200, $odd);
		is $end->{rc}, 'internal_error', 'neither tokens nor a challenge';
	}
	($end) = try_on('get_user', 200, { Username => 'x', UserAttributes => [] });
	is $end->{rc}, 'internal_error', 'a user without sub';
	($end, $asked) = try_on('list_users', 200, { Users => [] });
	is $json->decode($asked->[0]{body})->{PaginationToken}, 'page 2',
	    'the next page';
	like $asked->[0]{headers}{authorization}, qr{/cognito-idp/aws4_request},
	    'a list is signed';
};

subtest 'a client with a secret' => sub {
	my $hash = hmac_sha256_base64('ann@example.comclient', 'the secret') . '=';
	my %secret = (CRUDDUR_COGNITO_CLIENT_SECRET => 'the secret');
	for my $call (qw(sign_in refresh new_password)) {
		my ($end, $asked) = try_on($call, 500, {}, %secret);
		my $body = $json->decode($asked->[0]{body});
		is +($body->{AuthParameters} // $body->{ChallengeResponses})
		    ->{SECRET_HASH}, $hash, "$call proves it";
	}
	for my $call (qw(sign_up confirm resend forgot reset)) {
		my ($end, $asked) = try_on($call, 500, {}, %secret);
		is $json->decode($asked->[0]{body})->{SecretHash}, $hash,
		    "$call proves it";
	}
	my ($end, $asked) = try_on('revoke', 500, {}, %secret);
	is $json->decode($asked->[0]{body})->{ClientSecret}, 'the secret',
	    'revoke tells it';
};

subtest 'without credentials' => sub {
	my %none = (AWS_ACCESS_KEY_ID => '', HOME => '/nonexistent',
		AWS_EC2_METADATA_DISABLED => 'true');
	my ($end, $asked) = try_on('sign_in', 200,
		{ AuthenticationResult => { AccessToken => 'a' } }, %none);
	is $end->{rc}, 'ok', 'people sign in';
	($end, $asked) = try_on('list_users', 200, {}, %none);
	is $end->{rc}, 'bad_configuration', 'nobody lists them';
	like $end->{error}, qr/no AWS_ACCESS_KEY_ID/, 'and is told why';
};

done_testing;
