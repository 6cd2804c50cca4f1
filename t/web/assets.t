#!/usr/bin/perl
# What the web server says of the client's files, and how much they weigh.
use v5.36;
use Test::More;
use Cruddur::Stack qw(slurp);
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP qw(decode_json);

my $dist = dirname(dirname(dirname(abs_path(__FILE__)))) . '/web/dist';
my $stack = Cruddur::Stack->start(only => ['nginx']);
my ($asset) = map { s/\Q$dist\E//r } glob "$dist/assets/index-*.js";

sub headers ($path, @options) {
	open my $curl, '-|', 'curl', '-sS', '-D', '-', '-o', '/dev/null',
	    '--cacert', $stack->ca_file, @options, $stack->url . $path or die $!;
	my %headers;
	while (<$curl>) {
		$headers{status} = $1 if m{^HTTP/\S+ (\d+)};
		$headers{lc $1} = $2 if /^([\w-]+): (.*?)\r?$/;
	}
	return \%headers;
}

subtest 'first loads' => sub {
	my $sizes = decode_json(slurp("$dist/.vite/sizes.json"));
	diag "$_: $sizes->{$_} bytes of JavaScript, gzipped" for sort keys %$sizes;
	cmp_ok $sizes->{'/'}, '<=', 110_000, '/ is at most 110 kB';
	cmp_ok $sizes->{$_} - $sizes->{'/'}, '<=', 10_000, "$_: at most 10 kB more"
	    for '/messages', '/messages/{group}';
};

subtest 'caching' => sub {
	is headers($asset)->{'cache-control'},
	    'public, max-age=31536000, immutable', 'a hashed file for ever';
	is headers('/')->{'cache-control'}, 'no-cache', 'the page not at all';
	is headers('/assets/none.js')->{status}, 404, 'no page instead of a script';
};

subtest 'compressed beforehand' => sub {
	my $headers = headers($asset, '-H', 'Accept-Encoding: gzip');
	is $headers->{'content-encoding'}, 'gzip', 'gzip';
	is $headers->{'content-length'}, -s "$dist$asset.gz", 'the very file';
};

subtest 'every address is the client' => sub {
	for my $path (qw(/ /messages /messages/x /@bayko /search?term=a /nothing)) {
		my $headers = headers($path);
		is $headers->{status}, 200, $path;
		like $headers->{'content-type'}, qr{^text/html}, "$path: a page";
	}
};

subtest 'protections' => sub {
	my $headers = headers('/');
	my $csp = $headers->{'content-security-policy'};
	like $csp, qr/default-src 'none'/, 'nothing that is not named';
	like $csp, qr/script-src 'self';/, 'scripts of ours alone';
	like $csp, qr/style-src 'self';/, 'styles of ours alone';
	like $csp, qr/frame-ancestors 'none'/, 'in nobody\'s frame';
	unlike $csp, qr/unsafe/, 'nothing unsafe';
	is $headers->{'x-content-type-options'}, 'nosniff', 'nosniff';
	like $headers->{'strict-transport-security'}, qr/max-age=\d{8}/, 'HSTS';
	ok $headers->{'referrer-policy'}, 'a referrer policy';
};

done_testing;
