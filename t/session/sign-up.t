#!/usr/bin/perl
# Sign-up and recovery, and that a stranger does not learn from them who has
# an account.
use v5.36;
use Test::More;
use Cruddur::Cognito;
use Cruddur::Stack;

my $cognito = Cruddur::Cognito->start;
my $stack = Cruddur::Stack->start(settings => $cognito->settings);
$cognito->in_front_of($stack);
my $http = $stack->http;
my $code = '123456';    # cognito-local is told to send this one
my $there = $stack->dbh->selectrow_array(
	q{SELECT email FROM users WHERE handle = 'bayko'});
my %new = (name => 'Zoe Quick', handle => 'zoequick',
	email => 'zoe@cruddur.example', password => 'Zoes-password-1');

sub is_done ($r, $name) {
	is $r->{status}, 200, "$name: 200" or diag $r->{content};
	is $r->{content}, '{"success":true}', "$name: and no more";
	return;
}

sub is_problem ($r, $status, $code, $name) {
	is $r->{status}, $status, "$name: $status" or diag $r->{content};
	is_deeply $r->{json}{errors}, $code ? [$code] : undef, "$name: its code";
	return;
}

sub sign_in ($username, $password) {
	return $http->post('/api/session',
		{ username => $username, password => $password });
}

subtest 'sign up, confirm, sign in' => sub {
	is_done($http->post('/api/users', \%new), 'sign up');
	is_problem(sign_in(@new{qw(email password)}), 403, 'user_not_confirmed',
	    'not confirmed yet');
	my %in = (email => $new{email});
	is_problem($http->post('/api/users/confirm', { %in, code => '000000' }),
	    422, 'code_mismatch', 'a wrong code');
	is_done($http->post('/api/users/confirm', { %in, code => $code }),
	    'the right code');
	is $stack->uuid('zoequick'), undef, 'no row yet';
	my $r = sign_in(@new{qw(email password)});
	is $r->{status}, 200, 'signed in' or diag $r->{content};
	is $r->{json}{handle}, 'zoequick', 'with the handle that was chosen';
	is $r->{json}{display_name}, 'Zoe Quick', 'and the name';
	is $r->{json}{uuid}, $stack->uuid('zoequick'), 'the row is there';
};

subtest 'the same for all who ask' => sub {
	is_done($http->post('/api/users', { %new, email => $there,
		handle => 'somebodyelse' }), 'sign up with an address that is there');
	is_problem($http->post('/api/users', { %new, email => 'x@cruddur.example',
		handle => 'BAYKO' }), 409, 'handle_taken', 'a handle that is there');
	for my $email ($there, 'nobody@nowhere.example') {
		is_problem($http->post('/api/users/confirm',
			{ email => $email, code => '000000' }), 422, 'code_expired',
		    "confirm $email");
		is_done($http->post('/api/password/forgot', { email => $email }),
		    "forgot $email");
		is_problem($http->post('/api/password/reset', { email => $email,
			code => '000000', password => 'Another-password-1' }), 422,
		    'code_mismatch', "reset $email");
	}
	for (
		['sent'],
		['UserNotFoundException'],
		['InvalidParameterException', 'User is already confirmed.'],
		['NotAuthorizedException', 'User is disabled.'],
	    ) {
		my ($type, $message) = @$_;
		$type eq 'sent'
		    ? $cognito->answers(ResendConfirmationCode => {
			CodeDeliveryDetails => {} })
		    : $cognito->fails(ResendConfirmationCode => $type, $message);
		is_done($http->post('/api/users/resend', { email => $there }),
		    "resend, $type");
	}
	$cognito->fails(ForgotPassword => $_) and is_done(
		$http->post('/api/password/forgot', { email => $there }),
		"forgot, $_") for qw(UserNotFoundException
	    InvalidParameterException UserNotConfirmedException
	    NotAuthorizedException);
	$cognito->passes('ForgotPassword');
};

subtest 'forgot and reset' => sub {
	my %in = (email => $new{email}, password => 'Zoes-password-2');
	is_done($http->post('/api/password/forgot', { email => $new{email} }),
	    'forgot');
	is_problem($http->post('/api/password/reset', { %in, code => '000000' }),
	    422, 'code_mismatch', 'a wrong code');
	is_done($http->post('/api/password/reset', { %in, code => $code }),
	    'reset');
	is sign_in($new{email}, 'Zoes-password-2')->{status}, 200,
	    'the new password';
	is sign_in(@new{qw(email password)})->{status}, 401, 'not the old one';
};

subtest 'what cognito-local cannot say' => sub {
	my @calls = (
		[SignUp => '/api/users', { %new, email => 'y@cruddur.example',
			handle => 'yyy' }],
		[ConfirmSignUp => '/api/users/confirm',
			{ email => $there, code => $code }],
		[ResendConfirmationCode => '/api/users/resend',
			{ email => $there }],
		[ForgotPassword => '/api/password/forgot', { email => $there }],
		[ConfirmForgotPassword => '/api/password/reset',
			{ email => $there, code => $code, password => 'Abcdef-1' }],
	);
	for (@calls) {
		my ($call, $path, $body) = @$_;
		$cognito->fails($call => 'LimitExceededException',
			'Attempt limit exceeded, please try after some time.');
		my $r = $http->post($path, $body);
		is_problem($r, 429, 'too_many_attempts', "$path, too often");
		ok $r->{headers}{'retry-after'}, "$path: Retry-After";
	}
	for (
		[SignUp => InvalidPasswordException => 422, 'password_too_weak'],
		[SignUp => InvalidParameterException => 422, 'email_invalid'],
		[ConfirmSignUp => ExpiredCodeException => 422, 'code_expired'],
		[ConfirmSignUp => AliasExistsException => 409, 'username_exists'],
		[ConfirmForgotPassword => ExpiredCodeException => 422,
			'code_expired'],
		[ConfirmForgotPassword => InvalidPasswordException => 422,
			'password_too_weak'],
	    ) {
		my ($call, $type, $status, $error) = @$_;
		my ($known) = grep { $_->[0] eq $call } @calls;
		$cognito->fails($call => $type);
		is_problem($http->post($known->@[1, 2]), $status, $error,
		    "$call, $type");
	}
	$cognito->passes($_->[0]) for @calls;
};

subtest 'what is sent' => sub {
	my $before = $cognito->calls('SignUp');
	for (
		['no name' => { name => undef }, 'name_blank'],
		['blank name' => { name => " \x{2003} " }, 'name_blank'],
		['long name' => { name => 'n' x 51 }, 'name_exceed_max_chars'],
		['name a number' => { name => 5 }, 'name_invalid'],
		['no handle' => { handle => undef }, 'handle_blank'],
		['handle with a blank' => { handle => 'a b' }, 'handle_invalid'],
		['long handle' => { handle => 'h' x 31 }, 'handle_invalid'],
		['no address' => { email => '' }, 'email_blank'],
		['no @' => { email => 'zoe' }, 'email_invalid'],
		['two @' => { email => 'a@b@c' }, 'email_invalid'],
		['nothing before it' => { email => '@b' }, 'email_invalid'],
		['a blank in it' => { email => 'a b@c' }, 'email_invalid'],
		['a line end in it' => { email => "a\n\@c" }, 'email_invalid'],
		['no password' => { password => undef }, 'password_blank'],
		['short password' => { password => 'Ab-12' }, 'password_too_weak'],
		['password too long' => { password => 'A' x 257 },
			'password_invalid'],
		['U+0000' => { password => "Abcdefg\0-1" }, 'password_invalid'],
	    ) {
		my ($name, $change, $error) = @$_;
		is_problem($http->post('/api/users', { %new, email =>
			'z@cruddur.example', handle => 'zzz', %$change }), 422, $error,
		    $name);
	}
	my @all = sort $http->post('/api/users', {})->{json}{errors}->@*;
	is_deeply \@all, [qw(email_blank handle_blank name_blank password_blank)],
	    'all that is wrong at once';
	is $cognito->calls('SignUp'), $before, 'Cognito was not asked';
	for (
		['/api/users/confirm', { email => $there }, 'code_blank'],
		['/api/users/confirm', { email => $there, code => 1 },
			'code_invalid'],
		['/api/users/confirm', { code => $code }, 'email_blank'],
		['/api/users/resend', { email => 'x' }, 'email_invalid'],
		['/api/password/forgot', { email => [] }, 'email_invalid'],
		['/api/password/reset', { email => $there, code => $code },
			'password_blank'],
	    ) {
		my ($path, $body, $error) = @$_;
		is_problem($http->post($path, $body), 422, $error, "$path, $error");
	}
};

subtest 'no password and no code in any log' => sub {
	my $log = $stack->log;
	for my $secret ($new{password}, 'Zoes-password-2', 'Another-password-1') {
		ok index($log, $secret) < 0, 'not told';
	}
};

done_testing;
