#!/usr/bin/perl
# gen-statements.pl h|c DIR: makes the table of SQL statements of the files
# DIR/queries/<noun>/<verb>.sql, as a header (the enum) or a source (the
# table). "@name" in a statement stands for the text of DIR/fragments/name.sql.
use strict;
use warnings;

my ($kind, $dir) = @ARGV;
die "usage: gen-statements.pl h|c DIR\n"
    unless defined $dir && $kind =~ /^[hc]$/;

# The text of a file without its comments, fragments put in.
sub text {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!\n";
	my $text = join '', grep { !/^\s*--/ } <$in>;
	close $in or die "$path: $!\n";
	$text =~ s{\@([a-z_]+)}{text("$dir/fragments/$1.sql")}ge;
	return $text;
}

sub statement {
	my ($path) = @_;
	my ($noun, $verb) = $path =~ m{([a-z_]+)/([a-z_]+)\.sql$}
	    or die "$path: not of the form noun/verb.sql\n";
	my $text = text($path);
	$text =~ s/\s+/ /g;
	$text =~ s/^ | $//g;
	$text =~ s/;$//;
	die "$path: more than one statement\n" if $text =~ /;/;
	my ($nparams) = sort { $b <=> $a } $text =~ /\$(\d+)/g;
	my $reads = $text =~ /^(?:select|with)\b/i
	    && $text !~ /\b(?:insert|update|delete)\b/i;
	$text =~ s/(["\\])/\\$1/g;
	return { name => "${noun}_$verb", text => $text,
	    nparams => $nparams // 0, reads => $reads ? 'true' : 'false' };
}

my @statements = map { statement($_) } sort glob "$dir/queries/*/*.sql";
print "/* Made by gen-statements.pl from sql/queries. */\n";
if ($kind eq 'h') {
	print "#ifndef PG_STATEMENTS_H\n#define PG_STATEMENTS_H\n\nenum sql {\n";
	print "\tSQL_\U$_->{name}\E,\n" for @statements;
	print "\tSQL__MAX\n};\n\n#endif\n";
} else {
	print qq{#include "pg/table.h"\n\n};
	print "const struct pg_statement pg_statements[SQL__MAX] = {\n";
	printf qq{\t[SQL_%s] = { "%s", %d, %s,\n\t    "%s" },\n},
	    uc $_->{name}, @$_{qw(name nparams reads text)} for @statements;
	print "};\n";
}
