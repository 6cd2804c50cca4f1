#!/usr/bin/perl
# The client's own checks: types, vitest, Biome; and the lint of its contract.
use v5.36;
use Test::More;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $top = dirname(dirname(dirname(abs_path(__FILE__))));

sub succeeds ($dir, $script) {
	my $said = qx(cd $top/$dir && npm run --silent $script 2>&1);
	is $?, 0, "$dir: npm run $script" or diag $said;
	return;
}

succeeds('web', 'test');
succeeds('web', 'lint');
succeeds('t/web', 'lint-openapi');
done_testing;
