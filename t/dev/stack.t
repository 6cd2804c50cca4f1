#!/usr/bin/perl
# A stack of ./dev: what it prints works, and it leaves nothing behind.
use v5.36;
use Test::More;
use Cruddur::Stack qw(slurp wait_for);

my $stack = Cruddur::Stack->start;

subtest 'env, token and status' => sub {
	my $env = $stack->env;
	for my $name (qw(CRUDDUR_URL CRUDDUR_CA_FILE CRUDDUR_SOCKET CRUDDUR_ISSUER
	    CRUDDUR_DEMO_PASSWORD CRUDDUR_LOG_DIR CONNECTION_URL
	    AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER
	    AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION
	    AWS_COGNITO_USER_POOL_ID AWS_COGNITO_CLIENT_ID)) {
		ok length $env->{$name}, $name;
	}
	is $env->{CRUDDUR_URL}, $stack->url, 'the url';
	is scalar(split /\./, $stack->token('bayko')), 3, 'a token has three parts';
	like $stack->dev('status'), qr/^nginx +running/m, 'status';
};

subtest 'demo data' => sub {
	is_deeply $stack->dbh->selectcol_arrayref(
		'SELECT handle FROM users ORDER BY handle'),
	    [qw(andrewbrown bayko ulake)], 'people';
	my $group = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';
	my @items = $stack->ddb->query("MSG#$group");
	is scalar(grep { $_->{sk} =~ /^MEMBER#/ } @items), 2, 'two members';
	cmp_ok scalar(@items), '>', 100, 'a conversation';
	my ($row) = $stack->ddb->query('GRP#' . $stack->uuid('bayko'));
	is $row->{user_handle}, 'andrewbrown', 'inbox row names the other';
};

subtest 'loopback only' => sub {
	my %mine = map { $_ => 1 } $stack->{ports}->@*;
	for my $line (`ss -Hltn`) {
		my ($host, $port) = (split ' ', $line)[3] =~ /^(.*):(\d+)$/;
		next if !delete $mine{$port};
		like $host, qr/^(127\.0\.0\.1|\[::ffff:127\.0\.0\.1\])$/, "port $port";
	}
	is_deeply [keys %mine], [], 'all were seen';
};

subtest 'a busy port is an error before anything starts' => sub {
	local $stack->{dir} = "$stack->{dir}/second";
	mkdir $stack->dir;
	ok !eval { $stack->dev('run', '--detach'); 1 }, 'fails';
	like $@, qr/port \d+ \(for postgres\) is in use/, 'says which';
	is_deeply [map { s{.*/}{}r } glob $stack->dir . '/*'],
	    [qw(dev.log lock logs)], 'nothing was started or made';
};

subtest 'services stop and start one by one' => sub {
	my $before = $stack->pid('postgres');
	$stack->restart('postgres');
	isnt $stack->pid('postgres'), $before, 'another process';
	is $stack->dbh->selectrow_array('SELECT count(*) FROM users'), 3,
	    'with its data';
	kill KILL => $stack->pid('dynamodb');
	wait_for { $stack->dev('start', 'dynamodb'); $stack->ddb->scan } 'DynamoDB';
	cmp_ok scalar($stack->ddb->scan), '>', 100, 'DynamoDB has its data';
};

subtest 'nothing is left' => sub {
	my @pids = map { Cruddur::Stack::family($stack->pid($_)) }
	    qw(postgres dynamodb cognito nginx);
	ok $stack->finish, 'stopped';
	is join('', grep { !/\) Z / } map { eval { slurp("/proc/$_/stat") } // () }
	    @pids), '', 'no process';
	ok !-e $stack->dir, 'no file';
};

done_testing;
