package Cruddur::Programs;

# Programs of the build tree that speak TAP themselves, run by a test that gives
# them what they need.
#
#     program_ok($stack->run('t/aws/ddb-calls'), 'ddb-calls');
#     my ($status, $out, $err) =
#         run_program({ AWS_REGION => 'x' }, 't/aws/creds-get', @args);

use v5.36;
use Exporter qw(import);
use File::Temp qw(tempdir);
use Test::More ();
use Cruddur::Stack qw(slurp);

our @EXPORT_OK = qw(program_ok run_program);

# A program of the build tree with an environment of its own: of the test's it
# has PATH and what sanitizers and valgrind go by, nothing else.
sub run_program ($env, $program, @args) {
	my $dir = tempdir(CLEANUP => 1);
	my $path = Cruddur::Stack::build_dir() . "/$program";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = (
			map({ ($_ => $ENV{$_}) } grep { /^(PATH|[AUL]+SAN_OPTIONS)$/ }
				keys %ENV),
			%$env,
		);
		open STDOUT, '>', "$dir/out" and open STDERR, '>', "$dir/err"
		    or die $!;
		exec $path, @args or die "$program: $!";
	}
	waitpid $pid, 0;
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return ($status, slurp("$dir/out"), slurp("$dir/err"));
}

# One test for the program; its own tests are told by name if they fail, and
# counted if they do not. A program that dies or forgets its plan fails.
sub program_ok ($status, $out, $err, $name) {
	my @lines = split /\n/, $out;
	my @failed = grep { /^not ok/ } @lines;
	my $n = grep { /^ok/ } @lines;
	my ($plan) = $out =~ /^1\.\.(\d+)$/m;
	my $good = Test::More::ok(
		$status == 0 && !@failed && $plan && $n == $plan,
		"$name: $n tests");
	return 1 if $good;
	Test::More::diag(grep({ /^(not ok|#)/ } map { "$_\n" } @lines),
	    "status $status\n", $err);
	return 0;
}

1;
