package Cruddur::Parallel;

# N processes at once, each over its share of a list; what they return comes
# back.
#
#     my @answers = parallel(32, \@work, sub ($item) { ... return $data });
#
# The results are in the order of the list. A process that dies makes the
# caller die with its message.

use v5.36;
use Exporter qw(import);
use Storable qw(store_fd fd_retrieve);

our @EXPORT = qw(parallel);

sub parallel ($n, $list, $code) {
	my @from;
	for my $share (0 .. $n - 1) {
		pipe my $read, my $write or die "pipe: $!";
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			my @mine = grep { $_ % $n == $share } 0 .. $#$list;
			my %out = eval { map { $_ => $code->($list->[$_]) } @mine };
			store_fd({ out => \%out, error => "$@" }, $write);
			close $write;
			exit_now();
		}
		push @from, [$pid, $read];
	}
	my @results;
	my $error = '';
	for (@from) {
		my ($pid, $read) = @$_;
		my $got = eval { fd_retrieve($read) } // { error => "died: $@" };
		waitpid $pid, 0;
		$error ||= $got->{error};
		$results[$_] = $got->{out}{$_} for keys(($got->{out} // {})->%*);
	}
	die $error if $error;
	return @results;
}

# Ends a child without the END blocks and buffers of its parent.
sub exit_now {
	require POSIX;
	POSIX::_exit(0);
}

1;
