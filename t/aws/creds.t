#!/usr/bin/perl
# Credentials from every source, as a server's processes see them.
use v5.36;
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;
use Time::HiRes qw(time);
use Cruddur::Programs qw(run_program);
use Cruddur::Stub;

my $dir = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->utf8;
my ($said, $took);

# What the processes of creds-get tell, one hash each.
sub get ($processes, $seconds, $every_ms, %env) {
	my $from = time;
	(my $status, my $out, $said) = run_program(
		{ HOME => $dir, CRUDDUR_CONFIG => '/dev/null',
			AWS_EC2_METADATA_DISABLED => 'true', %env },
		't/aws/creds-get', $processes, $seconds, $every_ms);
	$took = time - $from;
	is $status, 0, 'creds-get ends well' or diag $said;
	return map { $json->decode($_) } split /\n/, $out;
}

sub document ($key, $lives_s, %more) {
	my @t = gmtime(time + $lives_s);
	return $json->encode({
		AccessKeyId => $key, SecretAccessKey => "secret-of-$key",
		Token => "token-of-$key",
		Expiration => sprintf('%04d-%02d-%02dT%02d:%02d:%02dZ',
			$t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0]),
		%more,
	});
}

sub spew ($path, $text) {
	open my $out, '>', $path or die "$path: $!";
	print $out $text;
	close $out or die $!;
	return $path;
}

subtest 'environment' => sub {
	my ($k) = get(1, 0, 0, AWS_ACCESS_KEY_ID => 'AKENV',
		AWS_SECRET_ACCESS_KEY => 's/+=', AWS_SESSION_TOKEN => 'tok');
	is_deeply [$k->@{qw(rc source key secret token)}],
	    [qw(ok environment AKENV s/+= tok)], 'key, secret, token';
	($k) = get(1, 0, 0, AWS_ACCESS_KEY_ID => 'AKENV');
	is $k->{rc}, 'bad_configuration', 'without a secret';
	like $said, qr/AWS_SECRET_ACCESS_KEY/, 'says so';
};

subtest 'shared file' => sub {
	my $file = spew("$dir/credentials", <<~'EOF');
		[default]
		aws_access_key_id = AKFILE
		aws_secret_access_key = s1
		[work]
		aws_access_key_id = AKWORK
		aws_secret_access_key = s2
		EOF
	my ($k) = get(1, 0, 0, AWS_SHARED_CREDENTIALS_FILE => $file);
	is_deeply [$k->@{qw(rc source key)}], [qw(ok file AKFILE)], 'default';
	($k) = get(1, 0, 0, AWS_SHARED_CREDENTIALS_FILE => $file,
		AWS_PROFILE => 'work');
	is $k->{key}, 'AKWORK', 'a profile';
	mkdir "$dir/.aws";
	rename $file, "$dir/.aws/credentials";
	($k) = get(1, 0, 0);
	is $k->{key}, 'AKFILE', 'in the home directory';
	unlink "$dir/.aws/credentials";
	($k) = get(1, 0, 0, AWS_SHARED_CREDENTIALS_FILE => "$dir/none");
	is $k->{rc}, 'bad_configuration', 'no such file';
	like $said, qr{\Q$dir/none\E: No such file}, 'says so';
};

subtest 'no source at all' => sub {
	my ($k) = get(1, 0, 0);
	is $k->{rc}, 'bad_configuration', 'is a fault of the configuration';
	like $said, qr{no AWS_ACCESS_KEY_ID; .*/\.aws/credentials: No such file},
	    'says where it looked';
};

subtest 'container' => sub {
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		return $request->{path} eq '/creds'
		    ? [200, document('AKBOX', 3600)] : [404, 'no'];
	});
	my ($k) = get(1, 0, 0,
		AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/creds',
		AWS_CONTAINER_AUTHORIZATION_TOKEN => 'from env');
	is_deeply [$k->@{qw(rc source key secret token)}],
	    [qw(ok container AKBOX secret-of-AKBOX token-of-AKBOX)], 'keys';
	my $token = spew("$dir/token", "from file\n");
	get(1, 0, 0,
		AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/creds',
		AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => $token);
	get(1, 0, 0, AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/creds');
	is_deeply [map { $_->{headers}{authorization} } $stub->requests],
	    ['from env', 'from file', undef], 'its token goes with it';
	($k) = get(1, 0, 0,
		AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/other');
	is $k->{rc}, 'bad_configuration', 'it refuses';
	like $said, qr{/other: HTTP status 404}, 'says so';
	($k) = get(1, 0, 0, AWS_CONTAINER_CREDENTIALS_FULL_URI =>
		'http://credentials.example/x');
	like $said, qr/must be https, or an address of this machine/,
	    'never in the clear over a network';
	is scalar($stub->requests), 4, 'nobody was asked for that';
};

subtest 'instance role' => sub {
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		my ($method, $path, $h) = $request->@{qw(method path headers)};
		return [200, 'imds-token']
		    if "$method $path" eq 'PUT /latest/api/token'
		    && $h->{'x-aws-ec2-metadata-token-ttl-seconds'} == 21600;
		return [401, 'no token']
		    if ($h->{'x-aws-ec2-metadata-token'} // '') ne 'imds-token';
		my $roles = '/latest/meta-data/iam/security-credentials/';
		return [200, "my-role\n"] if $path eq $roles;
		return [200, document('AKROLE', 3600, Code => 'Success')]
		    if $path eq "${roles}my-role";
		return [404, ''];
	});
	my %here = (AWS_EC2_METADATA_DISABLED => 'false',
		AWS_EC2_METADATA_SERVICE_ENDPOINT => $stub->url . '/');
	my ($k) = get(1, 0, 0, %here, http_proxy => 'http://127.0.0.1:1');
	is_deeply [$k->@{qw(rc source key token)}],
	    [qw(ok instance AKROLE token-of-AKROLE)],
	    'by IMDSv2, and through no proxy';
	is scalar($stub->requests), 3, 'three requests';
	is $stub->connections, 1, 'on one connection';

	my @k = get(8, 2, 5, %here);
	is scalar(grep { $_->{key} eq 'AKROLE' } @k), 8, 'eight processes';
	is scalar($stub->requests), 6, 'ask once';
	unlike $said, qr/secret-of|token-of|imds-token/, 'nothing secret is logged';
};

subtest 'no instance metadata' => sub {
	my $stub = Cruddur::Stub->start(sub ($request, $n) { return 'freeze' });
	my @k = get(4, 1, 50, AWS_EC2_METADATA_DISABLED => 'false',
		AWS_EC2_METADATA_SERVICE_ENDPOINT => $stub->url);
	is scalar(grep { $_->{rc} ne 'ok' } @k), scalar(@k), 'no keys';
	cmp_ok $took, '<', 6, "known in $took s";
	cmp_ok scalar($stub->requests), '<=', 3, 'asked no more than now and then';
};

subtest 'refreshed before they expire' => sub {
	# Keys of 13 seconds (their end is a whole one): they are late ten before it.
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		return [200, document("AK$n", 13)];
	});
	my @k = get(8, 7, 20,
		AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/creds');
	my %seen;
	push $seen{ $_->{process} }->@*, $_ for @k;
	is scalar(keys %seen), 8, 'eight processes';
	is scalar(grep { $_->{rc} ne 'ok' } @k), 0, 'none is ever without keys';
	my $n = $stub->requests;
	ok $n >= 2 && $n <= 1 + $took / 2,
	    "asked $n times in $took s, over all processes";
	# On a busy machine one may begin or end a set later than another.
	for my $process (sort keys %seen) {
		my @keys = map { $_->{key} =~ s/AK//r } $seen{$process}->@*;
		is_deeply \@keys, [$keys[0] .. $keys[-1]],
		    "process $process has each set in turn";
		ok $keys[0] <= 2 && $keys[-1] >= $n - 1, '… from first to last';
	}
};

subtest 'the source is gone, but the keys are good' => sub {
	# Keys that are to be renewed soon (in under five minutes), not yet late.
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		return $n == 1 ? [200, document('AKOLD', 200)] : [500, 'no'];
	});
	my @k = get(4, 2, 10,
		AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/creds');
	is_deeply [map { "$_->{rc} $_->{key}" } @k], [('ok AKOLD') x 4],
	    'they are used on';
	is scalar($stub->requests), 1, 'it is left alone for half a minute';
};

subtest 'the source is gone, and the keys too' => sub {
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		return $n == 1 ? [200, document('AKOLD', 4)]
		    : $n < 7 ? [500, 'no'] : [200, document('AKNEW', 3600)];
	});
	my @k = get(2, 10, 20,
		AWS_CONTAINER_CREDENTIALS_FULL_URI => $stub->url . '/creds');
	for my $process (0, 1) {
		my @mine = map { $_->{key} || $_->{rc} }
		    grep { $_->{process} == $process } @k;
		is_deeply \@mine, [qw(AKOLD service_unavailable AKNEW)],
		    "process $process: used to their end, unavailable, then new ones";
	}
	is scalar($stub->requests), 7, 'asked once a second meanwhile';
};

done_testing;
