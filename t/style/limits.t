#!/usr/bin/perl
# What style can be counted: lines, functions, programs that only wire, words
# that must not be there.
use strict;
use warnings;
use FindBin qw($Bin);
use Test::More;

my $top = "$Bin/../..";
my @sources = sort glob("$top/src/*/*.c"), glob("$top/src/*.c");
my @lengths;

sub name { return $_[0] =~ s{^\Q$top\E/}{}r }

sub lines {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!";
	my @lines = <$in>;
	close $in;
	return @lines;
}

# [line, length] of each function: from the brace in column 0 to the other.
sub functions {
	my @found;
	my $start;
	for my $i (0 .. $#_) {
		$start = $i if $_[$i] =~ /^\{/;
		if ($_[$i] =~ /^\}$/ && defined $start) {
			push @found, [$start + 1, $i - $start + 1];
			undef $start;
		}
	}
	return @found;
}

for my $path (@sources) {
	my @lines = lines($path);
	my @functions = functions(@lines);
	push @lengths, map { $_->[1] } @functions;
	cmp_ok(scalar @lines, '<=', 700, name($path) . ': at most 700 lines');
	my @long = map { "line $_->[0]: $_->[1]" }
	    grep { $_->[1] > 80 } @functions;
	is("@long", '', name($path) . ': no function over 80 lines');
	cmp_ok(scalar @lines, '<', 150, name($path) . ': wiring only')
	    if $path =~ m{/src/[\w-]+\.c$};
	my @bad = grep { /\b(?:gets|strcpy|strcat|sprintf|vsprintf|atoi|atol|strtok|system|popen|alloca|tmpnam)\s*\(/ }
	    @lines;
	is("@bad", '', name($path) . ': none of the banned functions');
	my @keys = grep { /"(?:MSG|GRP|PAIR|MID|MEMBER)#/ } @lines;
	is("@keys", '', name($path) . ': spells no key of the table')
	    unless $path =~ m{/model/keys\.c$};
}

@lengths = sort { $a <=> $b } @lengths;
my $median = $lengths[@lengths / 2];
my $ninth = $lengths[@lengths * 0.9];
diag(sprintf 'functions: %d, median %d lines, nine in ten at most %d',
    scalar @lengths, $median, $ninth);
cmp_ok($median, '<=', 30, 'the median function is at most 30 lines');
cmp_ok($ninth, '<=', 60, 'nine functions in ten are at most 60 lines');
done_testing;
