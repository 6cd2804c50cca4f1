#!/usr/bin/perl
# Arrows point down only: a layer of src/ includes itself and what lies below
# it, and a foreign library is included by its one door.
use strict;
use warnings;
use FindBin qw($Bin);
use Test::More;

my $src = "$Bin/../../src";

# What each layer may include besides itself.
my %below = (
	base => [],
	pg => [qw(base)],
	aws => [qw(base)],
	auth => [qw(base aws)],
	model => [qw(base pg aws)],
	web => [qw(base model)], # model/ctx.h: for whom, until when
	api => [qw(base pg aws auth model web)],
	stream => [qw(base pg aws model)],
	cli => [qw(base pg aws auth model stream)],
	server => [qw(base)],
);

# A foreign header, and the layers that are its door.
my %door = (
	'libpq-fe.h' => [qw(pg)],
	'curl/curl.h' => [qw(aws)],
	'fcgiapp.h' => [qw(web)],
	'fcgios.h' => [qw(web)],
	'fastcgi.h' => [qw(web)],
	'unistr.h' => [qw(base)],
	'unictype.h' => [qw(base)],
	'uuid/uuid.h' => [qw(base)],
);

for my $path (sort glob("$src/*/*.[ch]"), sort glob("$src/*/*.def")) {
	my ($layer) = $path =~ m{src/(\w+)/};
	my %allowed = map { $_ => 1 } $layer, @{ $below{$layer} // [] };
	my @bad;
	open my $in, '<', $path or die "$path: $!";
	while (<$in>) {
		if (m{^#include "(\w+)/}) {
			push @bad, $1 unless $allowed{$1};
		} elsif (m{^#include <([^>]+)>} && $door{$1}) {
			push @bad, $1 unless grep { $_ eq $layer } @{ $door{$1} };
		}
	}
	close $in;
	is("@bad", '', $path =~ s{.*/src/}{}r . ' includes only what it may');
}
done_testing;
