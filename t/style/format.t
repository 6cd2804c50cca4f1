#!/usr/bin/perl
# clang-format decides, and nobody argues.
use strict;
use warnings;
use FindBin qw($Bin);
use Test::More;

my $top = "$Bin/../..";
for my $path (sort glob("$top/src/*/*.[ch]"), glob("$top/src/*.c"),
    glob("$top/t/*.h"), glob("$top/t/*/*.[ch]")) {
	my $want = qx(clang-format --style=file "$path");
	is($?, 0, 'clang-format runs') or last;
	open my $in, '<', $path or die "$path: $!";
	local $/;
	my $got = <$in>;
	close $in;
	ok($got eq $want, $path =~ s{^\Q$top\E/}{}r
		. " is formatted (./dev format)");
}
done_testing;
