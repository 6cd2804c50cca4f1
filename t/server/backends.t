#!/usr/bin/perl
# Backends that go, return, or freeze: the answer comes in time and says so,
# what does not need them goes on, and no worker has to be started again.
use v5.36;
use JSON::PP ();
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Parallel;
use Cruddur::Stack qw(wait_for);

my $DEADLINE_S = 2;
my $stack = Cruddur::Stack->start(settings => {
	CRUDDUR_WORKERS => 4, CRUDDUR_REQUEST_DEADLINE_MS => $DEADLINE_S * 1000 });
my $http = $stack->http;
$stack->token('bayko');

sub workers {
	my $master = $stack->pid('api');
	open my $in, '<', "/proc/$master/task/$master/children" or return;
	return join ' ', sort split ' ', <$in> // '';
}
my $workers = workers();

my %path = (
	postgres => '/api/users/@bayko/short',
	dynamodb => '/api/message_groups',
	both => '/api/messages/5ae290ed-55d1-47a0-bc6d-fe2bc2700399',
	neither => '/api/health-check',
);

# (answer, seconds) of a GET by bayko.
sub ask ($which) {
	my $start = time;
	my $r = $http->get($path{$which}, as => 'bayko');
	return ($r, time - $start);
}

# By the worker's own clock: on a busy machine the way there and back takes what
# it takes.
sub is_503 ($which, $most, $name) {
	my ($r) = ask($which);
	my ($us) = $stack->log('api') =~ /^\{.*"event":"request_failed",.*
	    "request_id":"$r->{headers}{'x-request-id'}",.*"us":"(\d+)"/mx;
	my $seconds = $us / 1e6;
	is $r->{status}, 503, "$name: 503";
	is $r->{headers}{'retry-after'}, 1, "$name: Retry-After";
	is $r->{headers}{'content-type'}, 'application/problem+json', "$name: a problem";
	cmp_ok $seconds, '<=', $most, sprintf '%s: after %.2f s', $name, $seconds;
	return;
}

# A JVM that has just started takes seconds for its first calls.
sub warm {
	wait_for {
		my $start = time;
		$stack->ddb->call('DescribeTable',
			{ TableName => 'cruddur-messages' });
		$stack->ddb->query('none');
		time - $start < 0.2
	} 'DynamoDB Local at its pace', 30;
	return;
}

# Everything answers, from every worker.
sub recovers ($name) {
	wait_for {
		!grep { (ask($_))[0]{status} != 200 } map { keys %path } 1 .. 6
	} "$name: recovery", 15;
	pass "$name: all is well again";
	return;
}

# The first answer within two seconds of the backend's return.
sub returns ($which, $name) {
	my $start = time;
	wait_for { (ask($which))[0]{status} == 200 } "$name: an answer", 15;
	cmp_ok time - $start, '<', 2, "$name: answers within two seconds";
	recovers($name);
	return;
}

warm();
recovers('at first');

for my $backend (qw(postgres dynamodb)) {
	my $other = $backend eq 'postgres' ? 'dynamodb' : 'postgres';
	$stack->stop($backend);
	is_503($backend, 1, "$backend gone") for 1 .. 4;
	is +(ask('neither'))[0]{status}, 200, "$backend gone: health-check";
	is +(ask('postgres'))[0]{status}, 200, "$backend gone: the rest goes on"
	    if $other eq 'postgres';
	is $http->get('/api/health-check/ready')->{status}, 503,
	    "$backend gone: not ready";
	$stack->go($backend);
	warm();
	returns($backend, "$backend back");
	is $http->get('/api/health-check/ready')->{status}, 200, 'ready again';
}

# Frozen: the request ends at its deadline, not later.
for my $backend (qw(postgres dynamodb)) {
	$stack->signal(STOP => $backend);
	is_503($backend, $DEADLINE_S + 0.6, "$backend frozen") for 1 .. 3;
	is +(ask('neither'))[0]{status}, 200, "$backend frozen: health-check";
	$stack->signal(CONT => $backend);
	returns($backend, "$backend thawed");
}

# All connections of Postgres cut: reads are sent again, nobody notices.
{
	my $n = $stack->dbh->do(q{SELECT pg_terminate_backend(pid)
	    FROM pg_stat_activity WHERE datname = 'cruddur'
	    AND pid <> pg_backend_pid()});
	cmp_ok $n, '>=', 1, 'connections are cut';
	my @statuses = map { (ask('postgres'))[0]{status} } 1 .. 12;
	is_deeply \@statuses, [(200) x 12], 'reads go on';
}

# A query that waits for a lock is given up at the deadline, by Postgres too:
# sessions without anybody behind them would use up its connections, and a
# write that was answered 503 would be done when nobody expects it any more.
{
	my $waiting = 'SELECT count(*) FROM pg_locks WHERE NOT granted';
	my $dbh = $stack->dbh;
	$dbh->begin_work;
	$dbh->do('LOCK TABLE activities IN ACCESS EXCLUSIVE MODE');
	my $r = $http->post('/api/activities', { message => 'given up',
		ttl => '1-day' }, as => 'bayko');
	is $r->{status}, 503, 'a write that waits for a lock: 503';
	$http->get('/api/activities/home') for 1 .. 2;
	wait_for { $dbh->selectrow_array($waiting) == 0 } 'no session to wait', 5;
	$dbh->commit;
	is $dbh->selectrow_array(q{SELECT count(*) FROM activities
	    WHERE message = 'given up'}), 0, 'and it is not done afterwards';
	recovers('lock gone');
}

is workers(), $workers, 'through all of it no worker was replaced';

my @events = map { JSON::PP->new->utf8->decode($_) }
    split /\n/, $stack->log('api');
for my $backend (qw(postgres dynamodb)) {
	my @failed = grep { $_->{event} eq 'backend_failed'
		&& $_->{backend} =~ /^$backend/ } @events;
	cmp_ok scalar @failed, '>=', 3, "$backend: failures are logged";
	ok !(grep { !$_->{request_id} || !length($_->{ms} // '') } @failed),
	    "$backend: with the request's id and how long";
}
unlike $stack->log('api'), qr/Good night|eyJ/,
    'no message text and no token is in the log';

# Workers that start while Postgres takes longer for a connection than a
# request would wait: no request pays for it.
{
	$stack->write_settings({ $stack->{settings}->%*,
		CRUDDUR_REQUEST_DEADLINE_MS => 5000,
		CRUDDUR_POSTGRES_CONNECT_TIMEOUT_MS => 200 });
	$stack->restart('api');
	$stack->signal(STOP => 'postgres');
	my @old = split ' ', workers();
	kill KILL => @old;
	wait_for { !kill 0 => @old } 'the old workers to be gone';
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		sleep 0.5; # longer than it would
		$stack->signal(CONT => 'postgres');
		Cruddur::Parallel::exit_now();
	}
	my ($r, $seconds) = ask('postgres');
	waitpid $pid, 0;
	is $r->{status}, 200, sprintf
	    'a slow connection of a new worker: an answer after %.1f s', $seconds;
}

done_testing;
