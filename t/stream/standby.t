#!/usr/bin/perl
# Two processors: one works, the other stands by and takes over within five
# seconds, however the first one ends; one that was given up for dead comes
# back and does no harm. Nothing is lost.
use v5.36;
use Test::More;
use Time::HiRes qw(time);
use Cruddur::Processor;
use Cruddur::Stack;
use Cruddur::Talk;

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
my $talk = Cruddur::Talk->new(ddb => $stack->ddb, people => 20,
	conversations => 40, seed => 11);
$talk->begin;
my $n = 0;
my @both = map { start() } 1 .. 2;

sub start () {
	return Cruddur::Processor->start($stack, 'processor' . ++$n);
}

# The one that works goes first.
sub sorted () {
	my ($active, @more) = grep { $_->metric('active') } @both;
	return if !$active || @more;
	return ($active, grep { $_ != $active } @both);
}

sub times_standby ($one) {
	return scalar(() = $one->log =~ /"event":"stream_standby"/g);
}

sub right ($what) {
	my @wrong;
	eval { wait_for { @wrong = $talk->check; !@wrong } 'the rows', 60 };
	return is(join("\n", @wrong), '', $what);
}

my ($active, $other) = wait_for { my @s = sorted(); @s && \@s } 'one to work', 30;
($active, $other) = @$active;
wait_for { times_standby($other) } 'the other to say so', 20;
is($other->metric('active'), 0, 'one works, the other stands by');

# Killed, three times, while people talk.
$talk->senders(4, 20, rate => 10);
for my $signal (qw(KILL TERM KILL)) {
	my $status = $active->end($signal);
	my $from = time;
	wait_for { $other->metric('active') } 'the other to take over', 20;
	my $took = time - $from;
	cmp_ok($took, '<', 5, sprintf "$signal: taken over after %.1f s", $took);
	is($status, $signal eq 'TERM' ? 0 : 9, '… and it ended so');
	@both = ($other, start());
	($active, $other) = @both;
	wait_for { times_standby($other) } 'the new one to stand by', 20;
}

# Frozen, and Postgres gives its session up: the other takes over; thawed, it
# finishes what it was at, sees that it is no longer the one, and stands by.
$active->signal('STOP');
my $from = time;
$stack->dbh->do(q{SELECT pg_terminate_backend(pid) FROM pg_locks
	WHERE locktype = 'advisory' AND granted});
wait_for { $other->metric('active') } 'the other to take over', 20;
cmp_ok(time - $from, '<', 5, 'frozen: taken over in time');
my $sent = $talk->wait_senders;
right("$sent messages: nothing is lost");
my @before = checkpoints();
my $stood_by = times_standby($active);
$active->signal('CONT');
wait_for { times_standby($active) > $stood_by } 'the old one to see it', 20;
is($active->metric('active'), 0, 'thawed: it stands by');
is($other->metric('active'), 1, '… and the other works on');
$talk->send_one for 1 .. 20;
right('… and the rows are right');
is(join("\n", $talk->history), '', 'no row ever went backwards');
wait_for { my @now = checkpoints(); $now[0] > $before[0] } 'a later checkpoint', 30;
is($_->end('TERM'), 0, 'a good end') for $active, $other;
$stack->finish;
done_testing;

sub checkpoints () {
	return map { 0 + $_->[0] } $stack->dbh->selectall_arrayref(
		'SELECT sequence_number::numeric FROM stream_checkpoints
		 WHERE sequence_number IS NOT NULL ORDER BY shard_id')->@*;
}
