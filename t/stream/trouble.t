#!/usr/bin/perl
# What the service does when something is missing, broken or gone: no stream, a
# stream that is replaced, records that are trimmed, a message that always
# fails, Postgres or DynamoDB gone or frozen and back.
use v5.36;
use Test::More;
use IO::Select;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);
use Time::HiRes qw(sleep time);
use Cruddur::Faults;
use Cruddur::Processor;
use Cruddur::Stack;
use Cruddur::Talk;

use constant WATCHDOG_S => 12;

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
my $faults = Cruddur::Faults->start(upstream => $stack->{ports}[4], seed => 1);
$faults->set('off');
my $ddb = $stack->ddb;
my $talk = Cruddur::Talk->new(ddb => $ddb, people => 20,
	conversations => 40, seed => 21);

sub start (%more) {
	return Cruddur::Processor->start($stack, 'service',
		AWS_ENDPOINT_URL_DYNAMODB => $faults->url,
		CRUDDUR_STREAM_GIVE_UP_MS => 3000, %more);
}

sub stream ($enabled) {
	return $ddb->call(UpdateTable => { TableName => $ddb->{table},
		StreamSpecification => { StreamEnabled => $enabled
		    ? (JSON::PP::true, StreamViewType => 'NEW_IMAGE')
		    : JSON::PP::false } });
}

sub right ($what, $seconds = 60) {
	my @wrong;
	eval { wait_for { @wrong = $talk->check; !@wrong } 'the rows', $seconds };
	return is(join("\n", $@, @wrong), '', $what);
}

sub row ($sql, @values) {
	return $stack->dbh->selectrow_array($sql, undef, @values);
}

# ---- the stream ----

stream(0);
my $service = start();
wait_for { $service->log =~ /"event":"stream_missing"/ } 'the missing stream', 60;
pass('a table without a stream: it says so, and waits');
stream(1);
$talk->begin;
right('the stream is turned on: it is followed');

# A stream of before is finished first. Shards that are done long ago go.
$service->end('KILL');
my ($old) = row('SELECT DISTINCT stream_arn FROM stream_checkpoints');
$talk->send_one for 1 .. 50;
stream(0);
stream(1);
$talk->send_one for 1 .. 50;
$stack->dbh->do('INSERT INTO stream_checkpoints
	VALUES (?, ?, 1, true, now() - interval \'1 day\' * ?)', undef, $old, @$_)
    for ['long-done', 3], ['done', 1];
$service = start();
right('the stream was replaced: both are worked through');
is(row('SELECT count(*) FROM stream_checkpoints
	WHERE stream_arn = ? AND NOT closed', $old), 0, '… the old one to its end');
is(join(' ', map { @$_ } $stack->dbh->selectall_arrayref(
	q{SELECT shard_id FROM stream_checkpoints
	   WHERE shard_id LIKE '%done'})->@*), 'done',
    '… and what is done for two days is forgotten');

$service->end('KILL');
$talk->send_one for 1 .. 50;
$faults->set('trimmed');
$service = start();
right('the record of the checkpoint is trimmed: on from the horizon');
like($service->log, qr/"event":"stream_trimmed"/, '… and it says so');
$faults->set('off');

# ---- a message that always fails ----

my $bad = $talk->{talk}[5];
$faults->set("poison $bad->{group}");
$talk->send_one(Cruddur::Talk::now_us(), $bad);
# A 500 speaks against a message only while others get through.
wait_for {
	my $n = int rand 39;
	$talk->send_one(Cruddur::Talk::now_us(),
	    $talk->{talk}[$n < 5 ? $n : $n + 1]);
	sleep 0.5;
	row('SELECT count(*) FROM stream_dead_letters') == 1;
} 'a dead letter', 240;
wait_for { join("\n", $talk->check) =~ /\A(?:.*\Q$bad->{group}\E.*\n?)+\z/ }
    'the others', 60;
pass('one message fails: the others go on');
my ($record, $reason, $attempts) = row('SELECT record, reason, attempts
	FROM stream_dead_letters');
like($record, qr/\Q$bad->{group}/, 'it is given up: which');
like($reason, qr/InternalServerError/, '… why');
cmp_ok($attempts, '>=', 10, '… after ten tries');
unlike($record, qr/says so/, '… without its text');
wait_for { $service->metric('pending') == 0 } 'nothing to wait', 60;
is($service->metric('dead_letters_total'), 1, '… counted');
my $now = row('SELECT max(sequence_number::numeric) FROM stream_checkpoints');
$faults->set('off');
$talk->send_one(Cruddur::Talk::now_us(), $talk->{talk}[6]);
wait_for { row('SELECT max(sequence_number::numeric)
	FROM stream_checkpoints') > $now } 'a later checkpoint', 60;
pass('… and the checkpoint moves on');
my ($status, $out, $err) = $stack->run(qw(cruddur stream retry));
is($status, 0, 'cruddur stream retry') or diag $err;
right('… puts it right');

# ---- gone and back ----

$stack->stop('postgres');
$talk->send_one for 1 .. 20;
right('Postgres is gone: the rows move all the same');
$stack->go('postgres');
my $before = row('SELECT max(sequence_number::numeric) FROM stream_checkpoints');
$talk->send_one for 1 .. 20;
wait_for { row('SELECT max(sequence_number::numeric)
	FROM stream_checkpoints') > $before } 'a checkpoint', 60;
pass('… and back: checkpoints are written again');

$faults->set('down');
$talk->send_one for 1 .. 20;
wait_for { $service->metric('lag_seconds') >= 3 } 'a lag', 60;
pass('DynamoDB is gone: the lag grows');
$faults->set('off');
right('… and back: the rows are right');
wait_for { $service->metric('lag_seconds') == 0 } 'no lag', 60;

# Frozen: each call takes all of its time, but the watchdog hears of it.
is($service->end('TERM'), 0, 'a good end');
my $systemd = IO::Socket::UNIX->new(Type => SOCK_DGRAM,
	Local => "$stack->{dir}/notify.sock") or die $!;
$service = start(NOTIFY_SOCKET => "$stack->{dir}/notify.sock",
	WATCHDOG_USEC => WATCHDOG_S * 1_000_000);
wait_for { told(1) =~ /^STATUS=active$/m } 'it to work', 60;
$faults->set('frozen');
my ($from, $last, $gap) = (time, time, 0);
while (time < $from + 30) {
	next if told(1) !~ /WATCHDOG=1/;
	$gap = time - $last if time - $last > $gap;
	$last = time;
}
$gap = time - $last if time - $last > $gap;
cmp_ok($gap, '<', WATCHDOG_S, sprintf
    'DynamoDB is frozen: systemd hears of us every %.1f s', $gap);
$faults->set('off');
right('… thawed: the rows are right');

is(row('SELECT count(*) FROM stream_dead_letters'), 0, 'no more dead letters');
is(join("\n", $talk->history), '', 'no row ever went backwards');
is($service->end('TERM'), 0, 'a good end');
unlike($service->log, qr/"event":"internal"|Sanitizer/,
    'nothing that should not happen');
$faults->stop;
$stack->finish;
done_testing;

# What it told systemd within so many seconds.
sub told ($seconds) {
	my $text = '';
	sysread $systemd, $text, 4096 if IO::Select->new($systemd)->can_read($seconds);
	return $text;
}
