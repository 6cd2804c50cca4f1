#!/usr/bin/perl
# cruddur doctor on a whole stack: all is well, and each thing that can be
# wrong is found, with what to do.
use v5.36;
use IO::Socket::UNIX;
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stack qw(slurp wait_for);
use Cruddur::Stub;

my $stack = Cruddur::Stack->start;
my $json = JSON::PP->new->utf8;
my %env = ($stack->env->%*, CRUDDUR_CONFIG => '/dev/null');
my @all = qw(configuration postgres clock schema credentials dynamodb index
	stream upgrade keys client socket certificate);

# What doctor finds with these changes of the environment: (status, check =>
# row).
sub doctor ($change, @words) {
	my ($status, $out, $err) =
	    run_program({ %env, %$change }, 'cruddur', 'doctor', '--json', @words);
	like $err, qr/\A(?:cruddur: \d+ checks? failed\n)?\z/,
	    'all is told in its line';
	return ($status, map { ($_->{check} => $_) } $json->decode($out)->@*);
}

subtest 'all is well' => sub {
	my ($status, %found) = doctor({});
	is $status, 0, 'status 0';
	is_deeply [sort keys %found], [sort @all], 'every check';
	is_deeply [map { "$_->{check}: $_->{detail}" }
		grep { $_->{result} ne 'ok' } values %found], [], 'ok';
	my ($plain, $out) = run_program(\%env, 'cruddur', 'doctor');
	is $plain, 0, 'as a table';
	is_deeply [$out =~ /^ok +(\w+) /mg], \@all, 'a line each';
	my ($prod, %there) = doctor({ PROD_CONNECTION_URL =>
		$env{CONNECTION_URL}, AWS_REGION => 'mars-1' }, 'prod');
	ok !$there{socket} && !$there{certificate},
	    'prod: nothing of this machine';
	is $there{dynamodb}{result}, 'failed', 'prod: not the emulator';
	($prod, %there) = doctor({}, 'prod');
	is "$there{configuration}{detail}: $there{configuration}{hint}",
	    'there is no production database: set PROD_CONNECTION_URL',
	    'prod: what to set';
	my ($other, %elsewhere) = doctor({ AWS_COGNITO_USER_POOL_ID => '' });
	is $other, 0, 'another issuer than a pool of Cognito';
	ok !$elsewhere{client}, 'has no client to ask';
};

my $dir = $stack->dir;
my ($url, $port) = ($env{CONNECTION_URL}, $stack->{ports}[3]);

my $denied = Cruddur::Stub->start(sub { [400, $json->encode({
	__type => 'AccessDeniedException', message => 'User: x is not authorized '
	    . 'to perform: dynamodb:DescribeTable on resource: y' })] });

# [what, check, result, environment, detail, hint]
my @ill = (
	['no pool', configuration => 'failed', { AWS_COGNITO_USER_POOL_ID => '',
		CRUDDUR_ISSUER => '' }, qr/user_pool_id/, qr/config show/],
	['Postgres gone', postgres => 'failed',
		{ CONNECTION_URL => 'postgresql://cruddur@127.0.0.1:1/cruddur' },
		qr/refused/, qr/is Postgres started/],
	['a wrong password', postgres => 'failed',
		{ CONNECTION_URL => $url =~ s{:cruddur@}{:sesame@}r },
		qr/password authentication/, qr/password of CONNECTION_URL/],
	['no database', postgres => 'failed',
		{ CONNECTION_URL => $url =~ s{/cruddur$}{/nil}r },
		qr/does not exist/, qr/db setup/],
	['no schema', schema => 'failed',
		{ CONNECTION_URL => $url =~ s{/cruddur$}{/postgres}r },
		qr/not there/, qr/db setup/],
	['no credentials', credentials => 'failed', { AWS_ACCESS_KEY_ID => '',
		HOME => '/nowhere', AWS_EC2_METADATA_DISABLED => 'true' },
		qr/AWS_ACCESS_KEY_ID/, qr/instance role/],
	['DynamoDB gone', dynamodb => 'failed',
		{ AWS_ENDPOINT_URL_DYNAMODB => 'http://127.0.0.1:1' },
		qr/refused/, qr/endpoint started/],
	['no such region', dynamodb => 'failed',
		{ AWS_ENDPOINT_URL_DYNAMODB => '', AWS_REGION => 'mars-1' },
		qr/mars-1/, qr/is the region right \(mars-1\)/],
	['denied by IAM', dynamodb => 'failed',
		{ AWS_ENDPOINT_URL_DYNAMODB => $denied->url },
		qr/dynamodb:DescribeTable/, qr/IAM does not allow/],
	['no table', dynamodb => 'failed', { CRUDDUR_TABLE => 'none-such' },
		qr/no table none-such/, qr/schema-load/],
	['a poor table: index', index => 'failed', { CRUDDUR_TABLE => 'poor' },
		qr/no index/, qr/schema-load/],
	['a poor table: stream', stream => 'failed', { CRUDDUR_TABLE => 'poor' },
		qr/off/, qr/schema-load/],
	['a table of the old scripts', upgrade => 'warning',
		{ CRUDDUR_TABLE => 'poor' }, qr/old scripts/, qr/ddb upgrade/],
	['no keys', keys => 'failed',
		{ CRUDDUR_JWKS_URL => 'http://127.0.0.1:1/jwks.json' },
		qr{127\.0\.0\.1:1}, qr/user pool/],
	['another client', client => 'failed',
		{ AWS_COGNITO_CLIENT_ID => 'nobodys' }, qr/./, qr/CLIENT_ID/],
	['Cognito gone', client => 'failed', {
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => 'http://127.0.0.1:1' },
		qr/refused/, qr/endpoint started/],
	['no socket', socket => 'failed', { CRUDDUR_SOCKET => "$dir/none" },
		qr/No such file/, qr/cruddur-api\.socket/],
	['nobody at the socket', socket => 'failed',
		{ CRUDDUR_SOCKET => "$dir/dead.sock" }, qr/refused/, qr/restart/],
	['a socket for all', socket => 'failed',
		{ CRUDDUR_SOCKET => "$dir/open.sock" }, qr/mode 777/, qr/chmod 660/],
	['a socket for nobody', socket => 'failed',
		{ CRUDDUR_SOCKET => "$dir/shut.sock" }, qr/mode 600/, qr/chmod 660/],
	['a file for a socket', socket => 'failed',
		{ CRUDDUR_SOCKET => '/etc/passwd' }, qr/no socket/, qr/remove/],
	['no certificate', certificate => 'failed',
		{ CRUDDUR_CERTIFICATE => "$dir/none.pem" }, qr/No such file/,
		qr/certificate/],
	['no PEM', certificate => 'failed',
		{ CRUDDUR_CERTIFICATE => '/etc/passwd' }, qr/no certificate/, qr/PEM/],
	['few days', certificate => 'warning',
		{ CRUDDUR_CERTIFICATE => "$dir/few.pem" }, qr/good for [45] days/,
		qr/renew/],
	['expired', certificate => 'failed',
		{ CRUDDUR_CERTIFICATE => "$dir/expired.pem" }, qr/expired/, qr/renew/],
);

# A certificate that ends in so many days.
sub certificate ($name, $days) {
	system("cd $dir && { openssl req -new -newkey ec -pkeyopt "
		. "ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout $name.key "
		. "-out $name.csr && openssl x509 -req -in $name.csr "
		. "-signkey $name.key -days $days -out $name.pem; } 2>/dev/null")
	    == 0 or die "openssl: $?";
	return;
}

subtest 'each thing that is wrong is found' => sub {
	certificate(few => 5);
	certificate(expired => -1);
	IO::Socket::UNIX->new(Type => 1, Local => "$dir/dead.sock", Listen => 1)
	    ->close;
	chmod 0660, "$dir/dead.sock";
	my $open = IO::Socket::UNIX->new(
		Type => 1, Local => "$dir/open.sock", Listen => 1);
	chmod 0777, "$dir/open.sock";
	my $shut = IO::Socket::UNIX->new(
		Type => 1, Local => "$dir/shut.sock", Listen => 1);
	chmod 0600, "$dir/shut.sock";
	$stack->ddb->call(CreateTable => {
		TableName => 'poor', BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [map { { AttributeName => $_,
			AttributeType => 'S' } } qw(pk sk)],
		KeySchema => [{ AttributeName => 'pk', KeyType => 'HASH' },
			{ AttributeName => 'sk', KeyType => 'RANGE' }],
	});
	for my $case (@ill) {
		my ($what, $check, $result, $change, $detail, $hint) = @$case;
		my ($status, %found) = doctor($change);
		is $found{$check}{result}, $result, $what;
		like $found{$check}{detail}, $detail, 'what';
		like $found{$check}{hint}, $hint, 'what to do';
		is $status, 1, 'status' if $result eq 'failed';
	}
};

subtest 'a backend that hangs is not waited for' => sub {
	my $stub = Cruddur::Stub->start(sub { 'freeze' });
	my $before = time;
	my ($status, %found) =
	    doctor({ AWS_ENDPOINT_URL_DYNAMODB => $stub->url });
	cmp_ok time - $before, '<', 20, 'for a minute';
	like $found{dynamodb}{hint}, qr/does not answer/, 'and it is told';
	$stub->stop;
};

subtest 'a migration that is not applied' => sub {
	$stack->dbh->do('DELETE FROM schema_migrations WHERE version = 2');
	my ($status, %found) = doctor({});
	is "$found{schema}{detail} $found{schema}{hint}",
	    'migrations that are not applied: 1 cruddur db migrate', 'is found';
	is $status, 1, 'status';
	$stack->dbh->do(q(INSERT INTO schema_migrations (version, name)
	    VALUES (2, 'activities')));
};

$denied->stop;
done_testing;
