#!/usr/bin/perl
# The session of a browser: sign in, who am I, renew, sign out; through nginx,
# with cognito-local and, for what that cannot do, answers as AWS documents.
use v5.36;
use JSON::PP ();
use Test::More;
use Time::HiRes qw(time);
use Cruddur::Cognito;
use Cruddur::Stack qw(wait_for);

my $cognito = Cruddur::Cognito->start;
my $stack = Cruddur::Stack->start(settings => $cognito->settings);
$cognito->in_front_of($stack);
my $http = $stack->http;
my $password = $stack->env->{CRUDDUR_DEMO_PASSWORD};
my %email = map { @$_ } $stack->dbh->selectall_arrayref(
	'SELECT handle, email FROM users')->@*;
my %origin = (Origin => $stack->url);
my @secrets = ($password);

# What an answer's Set-Cookie lines say, by name: { value, Path, ... }.
sub cookies_of ($r) {
	my $lines = $r->{headers}{'set-cookie'} // [];
	my %cookies;
	for my $line (ref $lines ? @$lines : $lines) {
		my ($pair, @attributes) = split /; /, $line;
		my ($name, $value) = split /=/, $pair, 2;
		$cookies{$name} = { value => $value,
			map { my ($k, $v) = split /=/, $_, 2; ($k => $v // 1) }
			    @attributes };
		push @secrets, grep { length > 20 } $value, split /:/, $value;
	}
	return \%cookies;
}

sub cookie_header (@cookies) {
	return (Cookie => join '; ',
		map { my $c = $_; map { "$_=$c->{$_}{value}" } sort keys %$c } @cookies);
}

sub sign_in ($handle_or_email, $with = $password) {
	return $http->post('/api/session', { password => $with,
		username => $email{$handle_or_email} // $handle_or_email });
}

sub is_problem ($r, $status, $code, $name) {
	is $r->{status}, $status, "$name: $status" or diag $r->{content};
	is_deeply $r->{json}{errors}, $code ? [$code] : undef, "$name: its code";
	ok !$r->{headers}{'set-cookie'}, "$name: no cookie";
	return;
}

subtest 'sign in' => sub {
	my $r = sign_in('bayko');
	is $r->{status}, 200, 'signed in' or diag $r->{content};
	is_deeply $r->{json}, { uuid => $stack->uuid('bayko'), handle => 'bayko',
		display_name => 'Andrew Bayko' }, 'says who';
	my $c = cookies_of($r);
	is_deeply [sort keys %$c], [qw(__Host-cruddur __Secure-cruddur-refresh)],
	    'two cookies';
	my ($access, $refresh) = map { { %$_ } } @$c{sort keys %$c};
	is scalar(split /\./, delete $access->{value}), 3, 'an access token';
	cmp_ok delete $access->{'Max-Age'}, '>', 3000, '… for as long as it lives';
	is_deeply $access, { Path => '/', Secure => 1, HttpOnly => 1,
		SameSite => 'Lax' }, '… for all of the site, no script, no other site';
	delete @$refresh{qw(value Max-Age)};
	is_deeply $refresh, { Path => '/api/session', Secure => 1, HttpOnly => 1,
		SameSite => 'Strict' }, 'the refresh token goes to /api/session only';
	like $r->{headers}{'cache-control'} // '', qr/no-store/, 'not to be kept';
};

subtest 'who am I' => sub {
	my $c = cookies_of(sign_in('bayko'));
	my $me = $http->get('/api/session', headers => { cookie_header($c) });
	is $me->{status}, 200, 'by cookie';
	is $me->{json}{handle}, 'bayko', '… it is bayko';
	is $http->get('/api/session', as => 'ulake')->{json}{handle}, 'ulake',
	    'by bearer token';
	my $nobody = $http->get('/api/session');
	is $nobody->{status}, 204, 'nobody';
	is $nobody->{content} // '', '', '… and nothing else';
	is $http->get('/api/session', token => 'garbage')->{status}, 401,
	    'a bad bearer token';
	is $http->get('/api/session', headers => {
		Cookie => '__Host-cruddur=garbage' })->{status}, 401, 'a bad cookie';
	delete $c->{'__Host-cruddur'};
	is $http->get('/api/session', headers => { cookie_header($c) })->{status},
	    401, 'the refresh cookie alone: to be renewed';
	is $http->get('/api/message_groups', headers => {
		cookie_header($c) })->{status}, 401, 'which opens nothing';
};

subtest 'a stranger learns nothing' => sub {
	my $wrong = sign_in('bayko', 'Wrong-password-1');
	my $unknown = sign_in('nobody@nowhere.example', 'Wrong-password-1');
	is_problem($wrong, 401, undef, 'wrong password');
	is_problem($unknown, 401, undef, 'unknown user');
	is_deeply $wrong->{json}, $unknown->{json}, 'the same words';
	is $wrong->{headers}{'www-authenticate'}, 'Bearer', 'WWW-Authenticate';
};

subtest 'what is sent' => sub {
	my %good = (username => $email{bayko}, password => $password);
	for (
		['no username' => { password => 'x' }, 'username_blank'],
		['blank username' => { %good, username => '  ' }, 'username_blank'],
		['username null' => { %good, username => undef }, 'username_blank'],
		['username a list' => { %good, username => [] }, 'username_invalid'],
		['U+0000' => { %good, username => "a\0b" }, 'username_invalid'],
		['long username' => { %good, username => 'a' x 129 },
			'username_invalid'],
		['no password' => { username => 'x' }, 'password_blank'],
		['empty password' => { %good, password => '' }, 'password_blank'],
		['password a number' => { %good, password => 1 }, 'password_invalid'],
		['a list' => [], 'body_invalid'],
	    ) {
		my ($name, $body, $code) = @$_;
		is_problem($http->post('/api/session', $body), 422, $code, $name);
	}
	is_deeply [sort $http->post('/api/session', {})->{json}{errors}->@*],
	    [qw(password_blank username_blank)], 'all that is wrong at once';
	is $http->request(POST => '/api/session', content => '{"username":',
		headers => { 'Content-Type' => 'application/json' })->{status},
	    400, 'not JSON';
	is $http->request(POST => '/api/session', content => 'username=a',
		headers => { 'Content-Type' => 'application/x-www-form-urlencoded' },
	    )->{status}, 415, 'a form';
	my $long = $http->post('/api/session', { %good, password => 'x' x 5000 });
	cmp_ok $long->{status}, '<', 500, 'a password of 5,000 characters';
};

subtest 'renew' => sub {
	my $c = cookies_of(sign_in('bayko'));
	my %all = cookie_header($c);
	my $r = $http->request(POST => '/api/session/refresh',
		headers => { %all, %origin });
	is $r->{status}, 200, 'renewed' or diag $r->{content};
	is $r->{json}{handle}, 'bayko', 'says who';
	my $new = cookies_of($r);
	is $http->get('/api/session', headers => { cookie_header($new) })->{status},
	    200, 'the new access token is good';
	delete $c->{'__Host-cruddur'};
	is $http->request(POST => '/api/session/refresh', headers => {
		cookie_header($c), %origin })->{status}, 200,
	    'the access cookie is not needed';
	is_problem($http->request(POST => '/api/session/refresh',
		headers => {%all}), 403, 'origin_refused', 'without Origin');
	is_problem($http->request(POST => '/api/session/refresh', headers => {
		%all, Origin => 'https://evil.example' }), 403, 'origin_refused',
	    'another Origin');
	for (
		['nothing' => ''],
		['garbage' => '__Secure-cruddur-refresh=garbage'],
		['garbage with a name' => '__Secure-cruddur-refresh=me:garbage'],
		['no name' => '__Secure-cruddur-refresh=:garbage'],
		['the access token' =>
			"__Secure-cruddur-refresh=x:$new->{'__Host-cruddur'}{value}"],
	    ) {
		my ($name, $cookie) = @$_;
		my $r = $http->request(POST => '/api/session/refresh',
			headers => { %origin, $cookie ? (Cookie => $cookie) : () });
		is $r->{status}, 401, "$name: 401" or diag $r->{content};
		my $cleared = cookies_of($r);
		is_deeply [map { "$_->{value}|$_->{'Max-Age'}" } values %$cleared],
		    ['|0', '|0'], "$name: both cookies are cleared";
	}
};

# Each of n requests in a process of its own; their statuses.
sub at_once ($n, $request) {
	my @pipes = map {
		my $pid = open(my $from, '-|') // die "fork: $!";
		if (!$pid) {
			my $http = Cruddur::HTTP->new(url => $stack->url,
				ca_file => $stack->ca_file, stack => $stack);
			my $r = $request->($http);
			my $who = ref $r->{json} eq 'HASH' ? $r->{json}{uuid} : '';
			print "$r->{status} ", $who // '', "\n";
			close STDOUT;
			POSIX::_exit(0);
		}
		$from;
	} 1 .. $n;
	return map { my $line = readline($_) // 'died'; chomp $line; $line } @pipes;
}

subtest 'two tabs renew at once, and both live' => sub {
	my %all = cookie_header(cookies_of(sign_in('bayko')));
	for (1 .. 5) {
		my @got = at_once(2, sub ($http) {
			$http->request(POST => '/api/session/refresh',
				headers => { %all, %origin });
		});
		is_deeply \@got, [('200 ' . $stack->uuid('bayko')) x 2], 'both';
	}
};

subtest 'sign out' => sub {
	my $c = cookies_of(sign_in('bayko'));
	my %all = cookie_header($c);
	is_problem($http->request(DELETE => '/api/session', headers => {%all}),
	    403, 'origin_refused', 'without Origin');
	my $r = $http->request(DELETE => '/api/session',
		headers => { %all, %origin });
	is $r->{status}, 200, 'signed out' or diag $r->{content};
	is_deeply $r->{json}, { success => JSON::PP::true }, 'says so';
	my $cleared = cookies_of($r);
	is_deeply [map { [$_, @{ $cleared->{$_} }{qw(value Max-Age Path)}] }
	    sort keys %$cleared], [['__Host-cruddur', '', 0, '/'],
	    ['__Secure-cruddur-refresh', '', 0, '/api/session']],
	    'cookies are cleared';
	is $http->request(POST => '/api/session/refresh', headers => {
		%all, %origin })->{status}, 401, 'the refresh token is revoked';
	is $http->request(DELETE => '/api/session')->{status}, 200,
	    'nothing to sign out of';
	is $http->request(DELETE => '/api/session', headers => { %all, %origin },
	    )->{status}, 200, 'twice';
};

subtest 'a new password is required' => sub {
	my $name = 'new@cruddur.example';
	$cognito->call(AdminCreateUser => {
		UserPoolId => $stack->env->{AWS_COGNITO_USER_POOL_ID},
		Username => $name, TemporaryPassword => 'Temporary-1',
		MessageAction => 'SUPPRESS', UserAttributes => [
			{ Name => 'email', Value => $name },
			{ Name => 'name', Value => 'New Person' },
			{ Name => 'preferred_username', Value => 'newperson' }] });
	push @secrets, 'Temporary-1', 'Chosen-password-1';
	my $r = sign_in($name, 'Temporary-1');
	is_problem($r, 403, 'new_password_required', 'sign-in');
	my $session = $r->{json}{session};
	ok length $session, 'gives the session';
	push @secrets, $session;
	my %in = (username => $name, password => 'Chosen-password-1');
	is_problem($http->post('/api/session/password', {%in}), 422,
	    'session_blank', 'no session');
	$r = $http->post('/api/session/password', { %in, session => $session });
	is $r->{status}, 200, 'set, and signed in' or diag $r->{content};
	isnt $cognito->last('RespondToAuthChallenge')
	    ->{ChallengeResponses}{USERNAME}, $name,
	    "by Cognito's own name for them, as AWS wants it";
	is $r->{json}{handle}, 'newperson', 'says who';
	my $c = cookies_of($r);
	is $http->get('/api/session', headers => { cookie_header($c) })->{status},
	    200, 'the cookie is good';
	cookies_of(my $again = sign_in($name, 'Chosen-password-1'));
	is $again->{status}, 200, 'the new password is the password';
	$cognito->fails(RespondToAuthChallenge => 'NotAuthorizedException',
		'Invalid session for the user, session is expired.');
	is_problem($http->post('/api/session/password',
		{ %in, session => ':gone' }), 401, undef, 'session over');
	is_problem($http->post('/api/session/password',
		{ %in, session => 'x' }), 401, undef, 'no session of ours');
	$cognito->fails(RespondToAuthChallenge => 'InvalidPasswordException',
		'Password did not conform with policy');
	is_problem($http->post('/api/session/password',
		{ %in, session => ':x' }), 422, 'password_too_weak', 'weak');
	$cognito->passes('RespondToAuthChallenge');
};

subtest 'what cognito-local cannot say' => sub {
	my @cases = (
		['not confirmed' => 'UserNotConfirmedException', 403,
			'user_not_confirmed'],
		['a reset is asked for' => 'PasswordResetRequiredException', 403,
			'password_reset_required'],
		['too many' => 'TooManyRequestsException', undef, undef],
		['limit' => 'LimitExceededException', 429, 'too_many_attempts'],
		['unknown to a pool that tells' => 'UserNotFoundException', 401,
			undef],
		['what no name can be' => 'InvalidParameterException', 401, undef],
	);
	for (@cases) {
		my ($name, $type, $status, $code) = @$_;
		$cognito->fails(InitiateAuth => $type);
		my $r = sign_in('bayko');
		if ($status) {
			is_problem($r, $status, $code, $name);
		} else {
			like $r->{status}, qr/^(429|503)$/, $name;
		}
		ok $r->{headers}{'retry-after'}, "$name: Retry-After"
		    if $r->{status} =~ /^(429|503)$/;
	}
	for my $challenge (qw(SMS_MFA SOFTWARE_TOKEN_MFA MFA_SETUP)) {
		$cognito->answers(InitiateAuth => { ChallengeName => $challenge,
			Session => 'x', ChallengeParameters => {} });
		is_problem(sign_in('bayko'), 403, 'mfa_not_supported', $challenge);
	}
	$cognito->answers(InitiateAuth => { AuthenticationResult => {
		AccessToken => 'a.b.c', ExpiresIn => 60, RefreshToken => 'r' } });
	my $r = sign_in('bayko');
	is $r->{status}, 500, 'a token of another issuer: our configuration';
	ok !$r->{headers}{'set-cookie'}, '… and no cookie';
	$cognito->passes('InitiateAuth');
	is sign_in('bayko')->{status}, 200, 'and in order again';
};

# Somebody whom Cognito knows and Postgres does not.
sub make_person ($email, %attributes) {
	my $pool = $stack->env->{AWS_COGNITO_USER_POOL_ID};
	$cognito->call(AdminCreateUser => { UserPoolId => $pool,
		Username => $email, MessageAction => 'SUPPRESS',
		UserAttributes => [ { Name => 'email', Value => $email },
			map { { Name => $_, Value => $attributes{$_} } }
			    sort keys %attributes ] });
	$cognito->call(AdminSetUserPassword => { UserPoolId => $pool,
		Username => $email, Password => $password,
		Permanent => JSON::PP::true });
	return $email;
}

sub rows_of ($email) {
	return $stack->dbh->selectall_arrayref(
		'SELECT handle, display_name FROM users WHERE email = ?', undef,
		$email);
}

sub token_of ($email) {
	return $cognito->call(InitiateAuth => {
		AuthFlow => 'USER_PASSWORD_AUTH',
		ClientId => $stack->env->{AWS_COGNITO_CLIENT_ID},
		AuthParameters => { USERNAME => $email, PASSWORD => $password },
	})->{AuthenticationResult}{AccessToken};
}

sub is_one ($got, $name) {
	my %kinds = map { $_ => 1 } @$got;
	is scalar(keys %kinds), 1, "$name: one answer for all"
	    or diag explain $got;
	like $got->[0], qr/^200\b/, "$name: success";
	return;
}

subtest 'the first sign-in makes the row, thirty-two at once' => sub {
	my $email = make_person('first@cruddur.example', name => 'First Time',
		preferred_username => 'firsttime');
	is_one([at_once(32, sub ($http) {
		$http->post('/api/session',
			{ username => $email, password => $password });
	})], 'sign-in');
	is_deeply rows_of($email), [['firsttime', 'First Time']], 'one row';
};

subtest 'so does the first call with a token' => sub {
	my $email = make_person('caller@cruddur.example', name => 'First Call',
		preferred_username => 'firstcall');
	my $token = token_of($email);
	push @secrets, $token;
	is_one([at_once(32, sub ($http) {
		$http->get('/api/message_groups', token => $token);
	})], 'call');
	is_deeply rows_of($email), [['firstcall', 'First Call']], 'one row';
};

subtest 'a handle that is taken, and no name' => sub {
	my $email = make_person('twin@cruddur.example',
		preferred_username => 'BAYKO');
	my $r = sign_in($email);
	cookies_of($r);
	is $r->{status}, 200, 'signed in' or diag $r->{content};
	like $r->{json}{handle}, qr/^BAYKO\d+$/, 'another handle is made of it';
	is rows_of($email)->[0][0], $r->{json}{handle}, '… and stays';
	is sign_in($email)->{json}{handle}, $r->{json}{handle}, '… at all times';
};

# Whoever is signed in may have Cognito store any address, until it is verified.
subtest 'an address that is not proven is nobody\'s' => sub {
	my $email = make_person('sly@cruddur.example', preferred_username => 'sly');
	my $token = token_of($email);
	my $victim = 'victim@cruddur.example';
	$cognito->call(UpdateUserAttributes => { AccessToken => $token,
		UserAttributes => [{ Name => 'email', Value => $victim }] });
	is $http->get('/api/message_groups', token => $token)->{status}, 200,
	    'who has set it gets a row';
	is_deeply $stack->dbh->selectall_arrayref(
		q(SELECT email FROM users WHERE handle = 'sly')), [[undef]],
	    '… without it';
};

# As after a move to another user pool, until somebody runs sync-users.
subtest 'an address that another row has' => sub {
	my $email = make_person('moved@cruddur.example',
		preferred_username => 'moved');
	$stack->dbh->do(q(INSERT INTO users (handle, display_name, email,
		cognito_user_id) VALUES ('moved', 'M', ?, 'of an old pool')),
	    undef, $email);
	for my $r (sign_in($email), $http->get('/api/message_groups',
		token => token_of($email))) {
		is $r->{status}, 409, 'refused';
		is_deeply $r->{json}{errors}, ['email_in_use'], '… with its code';
		like $r->{json}{detail}, qr/sync-users/, '… and what to do';
	}
	is scalar(rows_of($email)->@*), 1, 'no second row';
	$stack->run('cruddur', 'cognito', 'sync-users');
	my $r = sign_in($email);
	cookies_of($r);
	is $r->{json}{handle}, 'moved', 'after that they are who they were';
};

subtest 'Cognito gone' => sub {
	my $c = cookies_of(sign_in('bayko'));
	$stack->stop('cognito');
	my $start = time;
	my $r = sign_in('bayko');
	is $r->{status}, 503, 'sign-in';
	cmp_ok time - $start, '<', 5.5, '… in time';
	ok $r->{headers}{'retry-after'}, '… Retry-After';
	is $http->get('/api/message_groups', headers => {
		cookie_header($c) })->{status}, 200, 'who is in stays in';
	$r = $http->request(DELETE => '/api/session',
		headers => { cookie_header($c), %origin });
	is $r->{status}, 503, 'sign-out says that it is not revoked';
	is scalar(keys cookies_of($r)->%*), 2, '… and clears the cookies';
	$stack->go('cognito');
	wait_for { sign_in('bayko')->{status} == 200 } 'Cognito';
	pass 'back';
};

subtest 'no password and no token in any log' => sub {
	my $log = $stack->log;
	cmp_ok length $log, '>', 1000, 'there are logs';
	my %seen;
	my @told = grep { index($log, $_) >= 0 } grep { !$seen{$_}++ } @secrets;
	cmp_ok scalar(keys %seen), '>', 10, 'there are secrets';
	is scalar(@told), 0, 'none is told' or diag explain \@told;
};

require POSIX;
done_testing;
