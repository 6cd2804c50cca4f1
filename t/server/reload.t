#!/usr/bin/perl
# SIGHUP, recycling, and what systemd is told.
use v5.36;
use List::Util qw(sum);
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Server;
use Cruddur::Stack qw(wait_for);

my $origin = 'https://friend.example';

sub allowed ($server) {
	my $r = $server->get('/api/health-check', headers => { Origin => $origin });
	return $r->{headers}{'access-control-allow-origin'} // '';
}

sub ready ($server, $n) {
	wait_for { $server->events('ready') == $n } "ready for the ${n}th time";
	return;
}

my $server = Cruddur::Server->start(conf => "[api]\nworkers = 2\n");
my @told = $server->notified;
like $told[-1], qr/^READY=1\nSTATUS=2 workers$/, 'systemd is told: ready';
is scalar(grep { /READY=1/ } @told), 1, 'once';
is scalar $server->workers, 2, 'two workers, as configured';
is allowed($server), '', 'an origin that is not configured is not named';

# A new configuration.
my @before = $server->workers;
$server->write_conf("[api]\nworkers = 4\ncors_origins = $origin\n");
$server->signal('HUP');
ready($server, 2);
wait_for { $server->workers == 4 } 'the last of the old ones to end';
pass 'SIGHUP: more workers';
is allowed($server), $origin, 'SIGHUP: the new configuration is in force';
my @now = $server->workers;
ok !(grep { my $pid = $_; grep { $_ == $pid } @before } @now),
    'SIGHUP: all of them are new';
@told = $server->notified;
like $told[1], qr/^RELOADING=1\nMONOTONIC_USEC=\d+\n/, 'systemd: reloading';
like $told[2], qr/^READY=1\n/, 'systemd: ready again';
is scalar @told, 3, 'systemd: nothing else';

# Fewer workers.
$server->write_conf("[api]\nworkers = 1\ncors_origins = $origin\n");
$server->signal('HUP');
ready($server, 3);
wait_for { $server->workers == 1 } 'one worker';
pass 'SIGHUP: fewer workers';

# Configurations at fault: the old one stays.
my %bad = (
	'no such option' => ["[api]\nwrokers = 3\n", qr/wrokers/],
	'out of bounds' => ["[api]\nworkers = 1000\n", qr/workers.*0 to 256/],
	'no INI' => ["[api\nworkers\n", qr/line 1/],
	'no origin' => ["[api]\ncors_origins = *\n", qr/cors_origins/],
);
for my $name (sort keys %bad) {
	my $n = scalar $server->events('reload_failed');
	my @same = $server->workers;
	$server->write_conf($bad{$name}[0]);
	$server->signal('HUP');
	wait_for { $server->events('reload_failed') == $n + 1 } 'the fault';
	like +($server->events('reload_failed'))[-1]{detail}, $bad{$name}[1],
	    "$name: says what is at fault";
	is_deeply [$server->workers], \@same, "$name: the workers stay";
	is allowed($server), $origin, "$name: the old configuration stays";
}
like +($server->notified)[-1], qr/^READY=1\nSTATUS=.*fault/,
    'systemd: not left waiting, and told';

# What only a restart can change.
$server->write_conf(
	"[api]\nworkers = 2\nbacklog = 99\nsocket = /nowhere/else.sock\n");
$server->signal('HUP');
ready($server, 4);
is_deeply [sort map { $_->{option} } $server->events('needs_restart')],
    ['backlog'], 'options that need a restart are named';
is $server->get('/api/health-check')->{status}, 200, 'and keep their value';
$server->signal('HUP');
ready($server, 5);
is scalar $server->events('needs_restart'), 2, 'at each reload';
is $server->end, 0, 'ends';
like +($server->notified)[-1], qr/^STOPPING=1/, 'systemd: stopping';

# Signals that come faster than reloads are done.
{
	my $twice = Cruddur::Server->start(env => { CRUDDUR_WORKERS => 3 });
	for (1 .. 8) {
		$twice->signal('HUP');
		$twice->notified;
		sleep 0.02;
	}
	my @moving = map { qq(cruddur_workers{state="$_"}) } qw(starting ending);
	wait_for {
		$twice->events('reload') && $twice->workers == 3
		    && sum(map { $twice->metric($_) } @moving) == 0
	} 'rest';
	is $twice->get('/api/health-check')->{status}, 200, 'eight SIGHUPs';
	is $twice->end, 0, 'ends';
}

# Workers are relieved after so many requests; nobody notices.
{
	my $server = Cruddur::Server->start(
		env => { CRUDDUR_WORKERS => 2, CRUDDUR_WORKER_MAX_REQUESTS => 20 });
	my (%pids, %statuses);
	wait_for {
		$pids{$_} = 1 for $server->workers;
		$statuses{ $server->get('/api/health-check')->{status} }++ for 1 .. 20;
		keys %pids >= 12
	} 'twelve workers', 30;
	pass 'recycling: by many workers';
	is_deeply [keys %statuses], [200], 'recycling: every request is answered';
	is scalar $server->events('worker_died'), 0, 'recycling: nobody died';
	is $server->end, 0, 'ends';
}

# The watchdog is fed while all is well.
{
	my $server = Cruddur::Server->start(env => {
		CRUDDUR_WORKERS => 1, WATCHDOG_USEC => 400_000 });
	my $n = sub { scalar grep { $_ eq 'WATCHDOG=1' } $server->notified };
	my $start = $n->();
	wait_for { $n->() >= $start + 5 } 'the watchdog to be fed';
	pass 'systemd: the watchdog is fed';
	is $server->end, 0, 'ends';
}

done_testing;
