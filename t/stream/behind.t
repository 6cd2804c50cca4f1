#!/usr/bin/perl
# 50,000 messages behind: caught up without growing in memory. How fast, and how
# large it was, is printed.
use v5.36;
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Processor;
use Cruddur::Stack;
use Cruddur::Talk;

# A checker's build is there for its bounds, not for its size.
use constant {
	MESSAGES => ($ENV{CRUDDUR_DEV_VARIANT} // 'gcc') eq 'gcc' ? 50_000 : 5_000,
	GROWTH_MAX_KB => 8 * 1024,
};

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
my $talk = Cruddur::Talk->new(ddb => $stack->ddb, people => 20,
	conversations => 40, seed => 5);
$talk->begin;
my $from_us = Cruddur::Talk::now_us();
for (my $n = 0; $n < MESSAGES; $n += 25) {
	$stack->ddb->put(map {
		my $one = $talk->{talk}[rand 40];
		Cruddur::Talk::message($one, $one->{who}[rand 2],
		    Cruddur::Talk::at($from_us + $_), "message $_ " . 'x' x rand 1000);
	} $n .. $n + 24);
}
isnt(scalar($talk->check), 0, MESSAGES . ' messages nobody has seen');

# A sanitizer keeps what was freed, to find whoever uses it: not too much here.
local $ENV{ASAN_OPTIONS} = join ':', grep { defined } $ENV{ASAN_OPTIONS},
    'quarantine_size_mb=1';
my $from = time;
my $processor = Cruddur::Processor->start($stack, 'behind',
	CRUDDUR_LOG_LEVEL => 'warn');
my ($done, %most) = (0, early => 0, late => 0);
while ($done < MESSAGES && time < $from + 300) {
	sleep 0.1;
	$done = $processor->metric('messages_total') // 0;
	# It reads a thousand at a time: the first look may come after a fifth.
	my $when = $most{early} && $done >= MESSAGES / 5 ? 'late' : 'early';
	my $kb = $processor->pss_kb;
	$most{$when} = $kb if $done && $kb > $most{$when};
}
my $took = time - $from;
cmp_ok($done, '>=', MESSAGES, 'all of them are done');
diag sprintf '%d messages in %.1f s: %.0f/s; PSS at most %.1f MB in the first'
    . ' fifth, %.1f MB after', $done, $took, $done / $took,
    map { $_ / 1024 } @most{qw(early late)};
cmp_ok($most{late} - $most{early}, '<', GROWTH_MAX_KB,
    'it does not grow meanwhile');
wait_for { $processor->metric('lag_seconds') == 0 } 'no lag', 60;
is(join("\n", $talk->check), '', 'every row is the newest message\'s');
is($processor->end('TERM'), 0, 'a good end');
$stack->finish;
done_testing;
