#!/usr/bin/perl
# ./dev run in the foreground: the logs follow, Ctrl-C stops everything, and so
# does the end of a server.
use v5.36;
use Test::More;
use POSIX qw(setsid WNOHANG);
use Cruddur::Stack qw(slurp wait_for);

# Stands for a stack that ./dev run starts; stopped at the end in any case.
my $stack = Cruddur::Stack->start(only => ['postgres']);
$stack->stop('postgres');
my $said = $stack->dir . '/said';

# Runs it as a terminal would, a group of its own; its pid once it is ready.
sub run {
	open my $empty, '>', $said or die "$said: $!";
	local $SIG{__DIE__} = sub { diag slurp($said) };
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setsid;
		# A shell's background jobs ignore it, and so would all below them.
		local $SIG{INT} = 'DEFAULT';
		open STDOUT, '>', $said and open STDERR, '>&', 'STDOUT' or die $!;
		local %ENV = (%ENV, $stack->dev_env);
		exec './dev', 'run' or die $!;
	}
	wait_for {
		slurp($said) =~ /Ctrl-C stops/ || waitpid($pid, WNOHANG) == $pid;
	} 'it', 60;
	slurp($said) =~ /Ctrl-C stops/ or die 'it has ended';
	return $pid;
}

sub gone ($pid) {
	local $SIG{__DIE__} = sub { diag slurp($said) };
	my $status = wait_for { waitpid($pid, WNOHANG) == $pid && "$?" } 'end', 30;
	is scalar(grep { $stack->pid($_) } qw(postgres dynamodb cognito api nginx)),
	    0, 'all is stopped';
	wait_for {
		!grep { /^ *$pid [^Z]/ } `ps -e -o pgid=,stat=,args=`
	} 'no process of it to be left';
	return $status >> 8;
}

subtest 'Ctrl-C' => sub {
	my $pid = run();
	my $text = slurp($said);
	like $text, qr/Sign in as.*bayko\@/s, 'who may sign in';
	my ($line) = $text =~ /^ +(curl .*)$/m;
	$line =~ s/\$\(\.\/dev/\$(env @{[join ' ', map { "$_->[0]=$_->[1]" }
	    pairs($stack->dev_env)]} .\/dev/;
	like `$line -s`, qr/"handle":"bayko"/, 'the curl line works when pasted';
	kill INT => -$pid;
	is gone($pid), 130, 'status as of an interrupt';
};

sub pairs (%hash) { return map { [$_, $hash{$_}] } sort keys %hash }

subtest 'a server dies' => sub {
	my $pid = run();
	kill KILL => $stack->pid('nginx');
	is gone($pid), 1, 'it fails';
	like slurp($said), qr/nginx has ended/, 'and says why';
};

done_testing;
