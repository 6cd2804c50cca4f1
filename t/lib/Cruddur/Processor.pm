package Cruddur::Processor;

# A cruddur-stream of a test's own, beside a stack's servers.
#
#     my $one = Cruddur::Processor->start($stack, 'one', CRUDDUR_STREAM_BATCH => 10);
#     $one->metric('lag_seconds');  # undef while it does not answer
#     $one->log;                    # all that it logged
#     $one->pss_kb;
#     $one->signal('STOP');
#     my $status = $one->end('TERM');

use v5.36;
use Cruddur::Stack qw(slurp);

sub start ($class, $stack, $name, %env) {
	my $self = bless { log => $stack->log_dir . "/$name.log",
		socket => "$stack->{dir}/$name.sock" }, $class;
	my %all = ($stack->env->%*,
		CRUDDUR_STREAM_METRICS_SOCKET => $self->{socket}, %env);
	$self->{pid} = fork // die "fork: $!";
	return $self if $self->{pid};
	%ENV = (%ENV, %all);
	open STDOUT, '>', '/dev/null' or die $!;
	open STDERR, '>>', $self->{log} or die $!;
	exec Cruddur::Stack::build_dir() . '/cruddur-stream' or die $!;
}

sub metrics ($self) {
	return scalar qx(curl -s --max-time 5 --unix-socket $self->{socket} http://x/metrics);
}

sub metric ($self, $name) {
	my ($value) = $self->metrics =~ /^cruddur_stream_$name (\S+)$/m;
	return $value;
}

sub log ($self) { return slurp($self->{log}) }

sub pss_kb ($self) {
	my ($kb) = slurp("/proc/$self->{pid}/smaps_rollup") =~ /^Pss:\s+(\d+)/m;
	return $kb;
}

sub signal ($self, $signal) { return kill $signal, $self->{pid} }

sub end ($self, $signal) {
	my $pid = delete $self->{pid} or return;
	kill $signal, $pid;
	waitpid $pid, 0;
	return $?;
}

sub DESTROY ($self) { local $?; $self->end('KILL'); return }

1;
