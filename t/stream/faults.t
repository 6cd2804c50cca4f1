#!/usr/bin/perl
# Eight senders, forty conversations, twenty people, while the processor is
# killed every second or so and DynamoDB is as bad as Cruddur::Faults makes it:
# no inbox row is lost, doubled or goes backwards.
#
# CRUDDUR_SOAK_S=600 is what ./dev soak sets; CRUDDUR_SEED repeats a run.
use v5.36;
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Faults;
use Cruddur::Stack;
use Cruddur::Talk;

my $seconds = $ENV{CRUDDUR_SOAK_S} // 60;
my $patience = 120; # seconds, for the last rows to be right
my $seed = $ENV{CRUDDUR_SEED} // int rand 1e6;
diag "seed $seed (CRUDDUR_SEED=$seed repeats it), $seconds s";

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
my $faults = Cruddur::Faults->start(upstream => $stack->{ports}[4],
	seed => $seed);
my $talk = Cruddur::Talk->new(ddb => $stack->ddb, people => 20,
	conversations => 40, seed => $seed);
$talk->begin;

my $processor;
my $kills = 0;

sub start_processor ($batch) {
	my %env = ($stack->env->%*,
		AWS_ENDPOINT_URL_DYNAMODB => $faults->url,
		CRUDDUR_STREAM_BATCH => $batch,
		CRUDDUR_STREAM_THREADS => 1 + int rand 8,
		CRUDDUR_STREAM_POLL_MS => 50,
		CRUDDUR_LOG_LEVEL => 'warn');
	$processor = fork // die "fork: $!";
	return if $processor;
	%ENV = (%ENV, %env);
	open STDOUT, '>', '/dev/null' or die $!;
	open STDERR, '>>', $stack->log_dir . '/stream.log' or die $!;
	exec Cruddur::Stack::build_dir() . '/cruddur-stream' or die $!;
}

END { kill KILL => $processor if $processor }

sub end_processor ($signal) {
	kill $signal, $processor;
	waitpid $processor, 0;
	$processor = undef;
	return $?;
}

$talk->senders(8, $seconds, rate => 10);
my $end = time + $seconds;
while (time < $end) {
	start_processor((1, 10, 100, 1000)[rand 4]);
	sleep 0.5 + rand 1.5;
	is(waitpid($processor, 1), 0, 'the processor lives') if rand() < 0.1;
	end_processor('KILL');
	$kills++;
}
my $sent = $talk->wait_senders;
start_processor(1000);
my $from = time;
my @wrong;
eval { wait_for { @wrong = $talk->check; !@wrong } 'the rows', $patience };
is(join("\n", $@, @wrong), '', 'every row is the newest message\'s')
    or diag substr $stack->log('stream'), -3000;
diag sprintf '%d messages, %d kills; right %.1f s after the last message',
    $sent, $kills, time - $from;
sleep 2;
is(join("\n", $talk->check), '', '… and stays so');
is(join("\n", $talk->history), '', 'no row ever went backwards');
is(end_processor('TERM'), 0, 'a good end');
is($stack->dbh->selectrow_array('SELECT count(*) FROM stream_dead_letters'), 0,
    'no dead letter');
unlike($stack->log('stream'), qr/"event":"internal"|Sanitizer/,
    'nothing that should not happen');
$faults->stop;
$stack->finish;
done_testing;
