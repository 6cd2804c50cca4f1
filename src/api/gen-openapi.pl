#!/usr/bin/perl
# gen-openapi.pl FILE: openapi.yaml as JSON, as a C source that holds it.
use strict;
use warnings;
use JSON::PP ();
use YAML::XS ();

$YAML::XS::Boolean = 'JSON::PP';
die "usage: gen-openapi.pl FILE\n" unless @ARGV == 1;
my $json = JSON::PP->new->utf8->canonical->encode(YAML::XS::LoadFile($ARGV[0]));

print "/* Made by gen-openapi.pl from openapi.yaml. */\n";
print qq{#include "api/openapi.h"\n\nconst char api_openapi_json[] =\n};
while ($json =~ /\G(.{1,64})/gs) {
	my $piece = $1 =~ s/(["\\])/\\$1/gr;
	$piece =~ s/([^ -~])/sprintf '\\%03o', ord $1/ge;
	$piece =~ s/\?\?/?\\?/g;
	print qq{    "$piece"\n};
}
print "    ;\nconst size_t api_openapi_len = sizeof(api_openapi_json) - 1;\n";
