#!/usr/bin/perl
# The end of a server, and deaths of workers and of the master.
use v5.36;
use IO::Select;
use IO::Socket::INET;
use List::Util qw(min);
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Server;
use Cruddur::Stack qw(wait_for);

sub half_sent ($server) {
	my $socket = $server->fcgi->connection;
	my $bytes = Cruddur::FCGI::request_bytes(GET => '/api/health-check');
	print $socket substr $bytes, 0, 40;
	$socket->flush;
	return sub {
		print $socket substr $bytes, 40;
		$socket->flush;
		return Cruddur::FCGI::read_answer($socket);
	};
}

sub busy ($server) {
	return wait_for {
		grep { /reading"} 1$/ } map { s/\n//r }
		    $server->metrics =~ /^(cruddur_workers.*)$/mg
	} 'a busy worker';
}

# SIGTERM and SIGINT, with a request that has only begun to arrive.
for my $by (qw(own systemd)) {
	for my $signal (qw(TERM INT)) {
		my $server = Cruddur::Server->start(
			env => { CRUDDUR_WORKERS => 2 }, socket_by => $by);
		my $rest = half_sent($server);
		busy($server);
		my $start = time;
		$server->signal($signal);
		wait_for { grep { /^STOPPING=1/ } $server->notified } 'STOPPING=1';
		sleep 0.3;
		is $rest->()->{status}, 200,
		    "$by, SIG$signal: the request at hand is answered";
		is $server->wait, 0, "$by, SIG$signal: then it ends";
		cmp_ok time - $start, '<', 5, "$by, SIG$signal: at once";
		is scalar $server->events('worker_died'), 0,
		    "$by, SIG$signal: nobody died";
	}
}

# A worker that is told directly, as systemd does with KillMode=control-group.
{
	my $server = Cruddur::Server->start(env => { CRUDDUR_WORKERS => 2 });
	my @before = $server->workers;
	my $rest = half_sent($server);
	busy($server);
	kill TERM => @before;
	is $rest->()->{status}, 200, 'SIGTERM to workers: the request is answered';
	wait_for {
		my @now = $server->workers;
		@now == 2 && !grep { my $pid = $_; grep { $_ == $pid } @before } @now
	} 'other workers';
	is scalar $server->events('worker_died'), 0, 'that is no death';
	is $server->get('/api/health-check')->{status}, 200, 'others answer';
	is $server->end, 0, 'ends';
}

# kill -9 of idle workers: replaced at once, each time. The best time of three,
# for the machine may be busy.
{
	my $server = Cruddur::Server->start(env => { CRUDDUR_WORKERS => 4 });
	my @took;
	for my $round (1 .. 3) {
		sleep 1.1; # of age: the young ones' deaths make the master wait
		my $start = time;
		kill KILL => $server->workers;
		wait_for {
			$server->events('worker_died') == 4 * $round &&
			($server->metric('cruddur_workers{state="idle"}') // 0) >= 3
		} 'four deaths to be logged, and four workers';
		push @took, time - $start;
	}
	cmp_ok min(@took), '<', 1, 'four killed workers are replaced at once';
	my ($died) = $server->events('worker_died');
	is_deeply [@$died{qw(signal state level)}], [9, 'idle', 'error'],
	    'and says of what it died, and at what';
	is $server->end, 0, 'ends';
}

# Workers that die as soon as they live must not eat the machine.
{
	my $server = Cruddur::Server->start(env => { CRUDDUR_WORKERS => 2 });
	my $until = time + 3;
	while (time < $until) {
		kill KILL => $server->workers;
		sleep 0.01;
	}
	my $deaths = scalar $server->events('worker_died');
	cmp_ok $deaths, '>=', 4, 'workers that die young are replaced';
	cmp_ok $deaths, '<', 40, "but not without end: $deaths in 3 s";
	wait_for { $server->workers == 2 } 'two workers again';
	is $server->get('/api/health-check')->{status}, 200, 'which answer';
	is $server->end, 0, 'ends';
}

# kill -9 of the master: workers end by themselves, after their request.
for my $by (qw(own systemd)) {
	my $server = Cruddur::Server->start(
		env => { CRUDDUR_WORKERS => 4 }, socket_by => $by);
	my @workers = $server->workers;
	my $rest = half_sent($server);
	busy($server);
	my $start = time;
	$server->signal('KILL');
	is $server->wait, 137, "$by: the master is killed";
	is $rest->()->{status}, 200, "$by: the request at hand is answered";
	wait_for { !grep { kill 0, $_ } @workers } 'no worker left';
	cmp_ok time - $start, '<', 6, "$by: its workers end soon";
}

# A worker that ignores SIGTERM (it is frozen) is killed in the end.
{
	my $server = Cruddur::Server->start(env => {
		CRUDDUR_WORKERS => 2, CRUDDUR_REQUEST_DEADLINE_MS => 300 },
		socket_by => 'systemd');
	my ($frozen) = $server->workers;
	kill STOP => $frozen;
	my $start = time;
	is $server->end, 0, 'a frozen worker does not hold the end up';
	cmp_ok time - $start, '<', 8, 'beyond deadline and grace';
	my ($stuck) = $server->events('worker_stuck');
	is $stuck->{worker}, $frozen, 'its end is logged';
}

# A worker that does not come back from a request is killed, and replaced. Its
# Postgres takes connections and says nothing, so that it is caught at work.
{
	my $silent = IO::Socket::INET->new(
		Listen => 5, LocalAddr => '127.0.0.1', Timeout => 10) or die $!;
	my $server = Cruddur::Server->start(env => {
		CRUDDUR_WORKERS => 1, CRUDDUR_REQUEST_DEADLINE_MS => 500,
		CRUDDUR_POSTGRES_CONNECT_TIMEOUT_MS => 60_000,
		CONNECTION_URL =>
		    'postgresql://x@127.0.0.1:' . $silent->sockport . '/x' });
	my ($worker) = $server->workers;
	ok my $at_start = $silent->accept, 'it connected before it was ready';
	# while that failure's back-off lasts, requests are answered at once
	my $socket;
	wait_for {
		$socket = $server->fcgi->connection;
		print $socket Cruddur::FCGI::request_bytes(
			GET => '/api/activities/home');
		$socket->flush;
		grep { $_ == $silent } IO::Select->new($silent, $socket)->can_read(5);
	} 'a worker to be at work';
	my $at_work = $silent->accept;
	kill STOP => $worker;
	is Cruddur::FCGI::read_answer($socket)->{complete}, 0,
	    'a stuck worker: its request is not answered';
	my ($stuck) = $server->events('worker_stuck');
	is_deeply [@$stuck{qw(worker state why)}],
	    [$worker, 'working', 'past its deadline'], 'it was killed for it';
	is $server->get('/api/health-check')->{status}, 200,
	    'another one takes its place';
	my ($r, $us);
	wait_for {
		$r = $server->get('/api/users/@bayko/short');
		$us = ($server->events('request_failed'))[-1]{us};
		$us >= 450_000 # not in the back-off
	} 'a request to wait for it';
	is $r->{status}, 503, 'a silent backend: 503';
	cmp_ok $us, '<', 5_000_000, 'at the deadline';
	is $server->end, 0, 'ends';
}

done_testing;
