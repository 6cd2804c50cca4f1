#!/usr/bin/perl
# HACKING.md has one sentence for each file of src/, and none for one that is
# gone.
use v5.36;
use FindBin qw($Bin);
use Test::More;

my $top = "$Bin/../..";
open my $in, '<', "$top/HACKING.md" or die "HACKING.md: $!";
my (%told, $folder);
while (<$in>) {
	$folder = $1 if m{^\*\*`src/(\w*)/?`\*\*};
	undef $folder if /^#/;
	$told{"$folder/$1"} = length $2 if defined $folder && /^- `([\w-]+)` (.*)$/;
}
close $in;
my %there = map { m{src/(?:(\w+)/)?([\w-]+)\.\w+$} ? (($1 // '') . "/$2" => 1) : () }
    glob("$top/src/*/*.[ch]"), glob("$top/src/*/*.def"), glob("$top/src/*/*.pl"),
    glob("$top/src/*.c");
ok $told{$_}, "$_ has its sentence" for sort keys %there;
is_deeply [grep { !$there{$_} } sort keys %told], [], 'and nothing else has';
done_testing;
