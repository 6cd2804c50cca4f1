#!/usr/bin/perl
# ./dev itself: shellcheck has nothing to say; what it does not know it says.
use v5.36;
use Test::More;

is `shellcheck -x -e SC2030,SC2031 dev .ci/run 2>&1`, '', 'shellcheck';

# [arguments, status, what it says]
my @cases = (
	['', 0, qr{\./dev run}],
	['help', 0, qr{\./dev test}],
	['rnu', 2, qr{\./dev run}],
	['run --fast', 1, qr/run knows no --fast/],
	['build --fast', 1, qr/build knows no --fast/],
	['test --fast', 1, qr/test knows no --fast/],
	['test t/none', 1, qr/no tests in t\/none/],
	['env', 1, qr/no stack is running/],
	['token bayko', 1, qr/no stack is running/],
	['reset </dev/null', 1, qr/nothing was done/],
);

local $ENV{CRUDDUR_DEV_STATE} = '/tmp/cruddur-no-such-state';
local $ENV{CRUDDUR_DEV_READY} = 1;
for my $case (@cases) {
	my ($args, $status, $said) = @$case;
	my $text = `./dev $args 2>&1`;
	is $? >> 8, $status, "dev $args: status";
	like $text, $said, "dev $args: says it";
}
ok !-e $ENV{CRUDDUR_DEV_STATE}, 'none of these leaves anything';

done_testing;
