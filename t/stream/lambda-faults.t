#!/usr/bin/perl
# The function under the same faults as the service (faults.t): batches of 1 to
# 1,000 out of three shards, late, twice, mixed between conversations; killed
# every second or so; what failed or was not answered comes again, as Lambda
# does it.
use v5.36;
use Test::More;
use List::Util qw(first);
use Time::HiRes qw(sleep time);
use Compress::Zlib qw(crc32);
use Cruddur::Faults;
use Cruddur::Lambda;
use Cruddur::Stack;
use Cruddur::Talk;

my $seconds = $ENV{CRUDDUR_SOAK_S} // 30;
my $patience = 120; # seconds, for the last rows to be right
my $seed = $ENV{CRUDDUR_SEED} // int rand 1e6;
diag "seed $seed (CRUDDUR_SEED=$seed repeats it), $seconds s";

my $stack = Cruddur::Stack->start(only => [qw(dynamodb)]);
my $faults = Cruddur::Faults->start(upstream => $stack->{ports}[4],
	seed => $seed);
my $talk = Cruddur::Talk->new(ddb => $stack->ddb, people => 20,
	conversations => 40, seed => $seed);
$talk->begin;

my $lambda = Cruddur::Lambda->new(
	program => Cruddur::Stack::build_dir() . '/cruddur-lambda',
	log => $stack->log_dir . '/lambda.log',
	env => { AWS_REGION => 'us-east-1', AWS_ACCESS_KEY_ID => 'cruddurdev',
		AWS_SECRET_ACCESS_KEY => 'cruddurdev', CRUDDUR_LOG_LEVEL => 'warn',
		AWS_ENDPOINT_URL_DYNAMODB => $faults->url });

# An event source mapping: three queues, each in order.
my @queue = ([], [], []);
my $read = 0;
my ($events, $kills, $failures) = (0, 0, 0);

sub more_records () {
	my @all = $talk->changes;
	for my $record (@all[$read .. $#all]) {
		my $pk = $record->{dynamodb}{Keys}{pk}{S};
		push $queue[crc32($pk) % @queue]->@*, $record;
	}
	$read = @all;
	return;
}

# One event of one queue. What it answers leaves the queue, up to what failed.
sub deliver () {
	my @full = grep { @$_ } @queue or return 0;
	my $queue = $full[rand @full];
	my $size = (1, 10, 100, 1000)[rand 4];
	my @batch = @$queue[0 .. ($size < @$queue ? $size : @$queue) - 1];
	my $killed = rand() < 0.15;
	my $killer = $killed ? fork : -1;
	if ($killer == 0) {
		sleep rand 0.2;
		kill KILL => $lambda->{pid};
		POSIX::_exit(0);
	}
	my $answer = eval { $lambda->invoke(Cruddur::Lambda::event(@batch),
		seconds => 10, patience => 10) };
	$events++;
	if ($killed) {
		waitpid $killer, 0;
		$lambda->end('KILL');
		$lambda->start;
		$kills++;
	}
	my $done = $answer && $answer->{response} or return 1;
	my $failed = $done->{batchItemFailures}[0]{itemIdentifier};
	my $n = @batch;
	if (defined $failed) {
		$failures++;
		$n = first { $batch[$_]{dynamodb}{SequenceNumber} eq $failed }
		    0 .. $#batch;
	}
	splice @$queue, 0, $n if rand() < 0.9; # else all of it comes twice
	return 1;
}

$lambda->start;
$talk->senders(8, $seconds, rate => 10);
my $end = time + $seconds;
while (time < $end) {
	more_records();
	deliver() for 1 .. 5;
}
my $sent = $talk->wait_senders;
my $from = time;
my @wrong = 'not looked';
while (@wrong && time < $from + $patience) {
	more_records();
	1 while deliver() && time < $from + $patience;
	@wrong = $talk->check;
}
is(join("\n", @wrong), '', 'every row is the newest message\'s')
    or diag substr $stack->log('lambda'), -3000;
diag sprintf '%d messages, %d events, %d answers with failures, %d kills',
    $sent, $events, $failures, $kills;
cmp_ok($kills, '>', 0, 'it was killed');
is(join("\n", $talk->history), '', 'no row ever went backwards');
unlike($stack->log('lambda'), qr/"event":"internal"|Sanitizer/,
    'nothing that should not happen');
$lambda->end('KILL');
$faults->stop;
$stack->finish;
done_testing;
