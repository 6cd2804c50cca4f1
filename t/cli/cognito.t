#!/usr/bin/perl
# cruddur cognito …: on a real Postgres and cognito-local, and pages as AWS
# sends them.
use v5.36;
use HTTP::Tiny;
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stub;

my $stack = Cruddur::Stack->start(only => [qw(postgres cognito)]);
my $json = JSON::PP->new->utf8->canonical;
my $env = $stack->env;

sub ok_run (@words) {
	my ($status, $out, $err) = $stack->run('cruddur', @words);
	is $status, 0, "cruddur @words" or diag $out, $err;
	return $out;
}

sub cognito ($operation, $in) {
	my $answer = HTTP::Tiny->new->post(
		$env->{AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER}, { headers => {
			'Content-Type' => 'application/x-amz-json-1.1',
			'X-Amz-Target' => "AWSCognitoIdentityProviderService.$operation",
		}, content => $json->encode({ %$in,
			UserPoolId => $env->{AWS_COGNITO_USER_POOL_ID} }) });
	die "$operation: $answer->{content}" if !$answer->{success};
	return $json->decode($answer->{content});
}

sub subs {
	return { map { ($_->[0] => $_->[1]) } $stack->dbh->selectall_arrayref(
		'SELECT handle, cognito_user_id FROM users')->@* };
}

my $before = subs();

subtest 'list-users' => sub {
	my $users = $json->decode(ok_run(qw(cognito list-users --json)));
	is_deeply { map { ($_->{handle} => $_->{sub}) } @$users }, $before,
	    'handles and subs';
	my ($bayko) = grep { $_->{handle} eq 'bayko' } @$users;
	is_deeply [@$bayko{qw(email status enabled)}],
	    ['bayko@exampro.example', 'CONFIRMED', 'yes'], 'the rest';
	like ok_run(qw(cognito list-users)),
	    qr/^handle +sub +email +status +enabled\n/, 'as a table';
};

subtest 'sync-users' => sub {
	is_deeply [map { $_->{result} } $json->decode(
		ok_run(qw(cognito sync-users --json)))->@*], [('unchanged') x 3],
	    'nothing to do';
	$stack->dbh->do(q(UPDATE users SET cognito_user_id = NULL
	    WHERE handle = 'bayko'));
	$stack->dbh->do(q(UPDATE users SET cognito_user_id = 'wrong'
	    WHERE handle = 'ulake'));
	$stack->dbh->do(q(INSERT INTO users (handle, display_name)
	    VALUES ('lonely', 'L')));
	cognito(AdminCreateUser => { Username => 'new@example.com',
		MessageAction => 'SUPPRESS', UserAttributes => [
			{ Name => 'email', Value => 'new@example.com' },
			{ Name => 'preferred_username', Value => 'newcomer' }] });
	cognito(AdminCreateUser => { Username => 'noname@example.com',
		MessageAction => 'SUPPRESS', UserAttributes => [
			{ Name => 'email', Value => 'noname@example.com' }] });
	my $result = $json->decode(ok_run(qw(cognito sync-users --json)));
	is_deeply { map { (($_->{handle} // '') => $_->{result}) }
		grep { $_->{result} !~ /preferred/ } @$result }, {
		andrewbrown => 'unchanged', bayko => 'changed', ulake => 'changed',
		newcomer => 'not in Postgres', lonely => 'not in Cognito',
	}, 'what changed, what is missing on either side';
	is scalar(grep { $_->{result} =~ /no preferred_username/ } @$result), 1,
	    'one without a handle';
	is_deeply { subs()->%{keys %$before} }, $before, 'subs are back';
	is subs()->{lonely}, undef, 'the other has none';
	# another row has the sub already
	$stack->dbh->do(q(UPDATE users SET cognito_user_id = NULL
	    WHERE handle = 'bayko'));
	$stack->dbh->do('UPDATE users SET cognito_user_id = ?
	    WHERE handle = ?', undef, $before->{bayko}, 'lonely');
	my ($status, $out, $err) =
	    $stack->run('cruddur', qw(cognito sync-users));
	is $status, 1, 'a sub that another has';
	like $out, qr/^bayko .*another person has this sub/m, 'is named';
};

subtest 'all pages' => sub {
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		my $in = $json->decode($request->{body});
		my $page = $in->{PaginationToken} // 0;
		return [200, $json->encode({
			Users => [map { { Username => "u$page-$_", Enabled => \1,
				UserStatus => 'CONFIRMED', Attributes => [
					{ Name => 'sub', Value => "s$page-$_" },
					{ Name => 'preferred_username', Value => "h$page-$_" },
				] } } 1 .. 60],
			$page < 3 ? (PaginationToken => $page + 1 . '') : () })];
	});
	my ($status, $out) = run_program({ %$env, CRUDDUR_CONFIG => '/dev/null',
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => $stub->url },
		'cruddur', qw(cognito list-users --json));
	is $status, 0, 'works';
	is scalar($json->decode($out)->@*), 240, 'four of sixty';
	$stub->stop;
};

# cruddur WORDS against a pool of these pages.
sub on_pages ($pages, @words) {
	my $stub = Cruddur::Stub->start($pages);
	my @said = run_program({ %$env, CRUDDUR_CONFIG => '/dev/null',
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => $stub->url },
		'cruddur', 'cognito', @words);
	$stub->stop;
	return @said;
}

sub person ($handle, $sub, $email = 'x') {
	return { Username => $sub, Enabled => \1, UserStatus => 'CONFIRMED',
		Attributes => [{ Name => 'sub', Value => $sub },
			{ Name => 'email', Value => $email },
			{ Name => 'preferred_username', Value => $handle }] };
}

subtest 'sync-users that fails half way changes nothing' => sub {
	my ($status, $out, $err) = on_pages(sub ($request, $n) {
		return $n == 1 ? [200, $json->encode({ PaginationToken => 'x',
			Users => [person(ulake => 'new-sub')] })]
		    : [400, $json->encode({ __type => 'InternalFault' })];
	}, 'sync-users');
	is $status, 1, 'fails';
	is $out, '', 'and shows nothing';
	is subs()->{ulake}, $before->{ulake}, 'nothing was written';
};

# Anybody may sign up with any preferred_username.
subtest 'sync-users gives nobody the account of another' => sub {
	my $sync = sub (@users) {
		my ($status, $out) = on_pages(sub { [200, $json->encode(
			{ Users => \@users })] }, 'sync-users', '--json');
		my %result = map { ($_->{sub} // '' => $_->{result}) }
		    $json->decode($out)->@*;
		return ($status, \%result);
	};
	my $set = sub ($sub) {
		$stack->dbh->do('UPDATE users SET cognito_user_id = ?
		    WHERE handle = ?', undef, $sub, 'ulake');
	};
	my @ulake = (ulake => $before->{ulake});
	my $mail = $stack->dbh->selectrow_array(
		'SELECT email FROM users WHERE handle = ?', undef, 'ulake');

	my ($status, $result) = $sync->(person('ulake', 'evil', 'e@example.com'),
		person(@ulake, $mail));
	is $status, 0, 'two with one handle';
	is $result->{evil}, q(the handle is another person's), 'it is not theirs';
	is $result->{ $before->{ulake} }, 'unchanged', 'its owner keeps it';

	$set->('of an old pool');
	($status, $result) = $sync->(person('ulake', 'evil', 'e@example.com'));
	is $status, 1, 'one with the handle of somebody else';
	is $result->{evil}, 'has another e-mail address', 'is not believed';
	is subs()->{ulake}, 'of an old pool', 'nothing is written';

	my $liar = person('ulake', 'evil', $mail);
	push $liar->{Attributes}->@*, { Name => 'email_verified', Value => 'false' };
	($status, $result) = $sync->($liar);
	is $status, 1, 'one who has typed their address, too';
	is $result->{evil}, 'has another e-mail address', 'is not believed either';

	($status, $result) = $sync->(person('ulake', 'evil', 'e@example.com'),
		person('ULAKE', $before->{ulake}, uc $mail));
	is $result->{ $before->{ulake} }, 'changed', 'the right one is';

	$set->('of an old pool');
	$stack->dbh->do(q(UPDATE users SET email = NULL WHERE handle = 'ulake'));
	($status, $result) = $sync->(person(@ulake), person('ulake', 'evil'));
	is $status, 1, 'two, and nothing tells them apart';
	is_deeply [@$result{ 'evil', $before->{ulake} }],
	    [('not the only one') x 2], 'neither is written';
	($status, $result) = $sync->(person(@ulake));
	is $result->{ $before->{ulake} }, 'changed', 'one alone is';

	$stack->dbh->do(q(UPDATE users SET email = ?, cognito_user_id = 'evil'
	    WHERE handle = 'lonely'), undef, 'e@example.com');
	($status, $result) = $sync->(person('ulake', 'evil', 'e@example.com'),
		person(@ulake, $mail));
	is $result->{evil}, 'has another handle', 'somebody with a clash';
};

subtest 'a list that is too large is a failure' => sub {
	my $page = $json->encode({ PaginationToken => 'x',
		Users => [map { person("h$_", "s$_", 'x' x 900_000) } 1 .. 4] });
	for my $words ([], ['--json']) {
		my ($status, $out, $err) = on_pages(sub ($request, $n) {
			return [200, $n < 20 ? $page : '{"Users":[]}'];
		}, 'list-users', @$words);
		is $status, 1, "list-users @$words";
		like $err, qr/too large/, 'says so';
		is $out, '', 'and not a part of it';
	}
};

# [what, type, text, what is said]
my @faults = (
	['no such pool', 'ResourceNotFoundException',
		'User pool x does not exist.', qr/no user pool.*AWS_COGNITO_USER_POOL_ID/],
	['denied by IAM', 'AccessDeniedException', 'User: x is not authorized to '
		. 'perform: cognito-idp:ListUsers on resource: y',
		qr/cognito-idp:ListUsers.*IAM does not allow/s],
);

subtest 'faults say what to do' => sub {
	for my $fault (@faults) {
		my ($what, $type, $text, $want) = @$fault;
		my $stub = Cruddur::Stub->start(sub { [400, $json->encode({
			__type => $type, message => $text })] });
		my ($status, $out, $err) = run_program({ %$env,
			CRUDDUR_CONFIG => '/dev/null',
			AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => $stub->url },
			'cruddur', qw(cognito list-users));
		is $status, 1, $what;
		like $err, $want, 'says so';
		$stub->stop;
	}
};

done_testing;
