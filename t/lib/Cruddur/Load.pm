package Cruddur::Load;

# Requests through nginx on kept connections, each from an address of its own
# (nginx counts by address), at a steady rate, until told to stop.
#
#     my $load = Cruddur::Load->start(
#         to => $address, host => 'cruddur.example.com', ca_file => $file,
#         from => [@addresses],           # one connection each
#         rate => 10,                     # requests a second of each
#         requests => sub ($i, $n) { return ($method, $path, \%headers, $body) },
#     );
#     my $result = $load->stop;   # { done => …, failed => [lines], longest => s }

use v5.36;
use Carp qw(croak);
use IO::Socket::SSL;
use JSON::PP ();
use Time::HiRes qw(sleep time);

my $json = JSON::PP->new->utf8;

sub start ($class, %args) {
	my $self = bless { %args, workers => [] }, $class;
	for my $i (0 .. $#{ $args{from} }) {
		pipe my $out, my $in or die "pipe: $!";
		my $pid = fork // die "fork: $!";
		if ($pid == 0) {
			close $out;
			my $result = eval { $self->work($i) }
			    // { done => 0, failed => ["$@"], longest => 0 };
			print $in $json->encode($result);
			close $in;
			require POSIX;
			POSIX::_exit(0);
		}
		close $in;
		push $self->{workers}->@*, { pid => $pid, out => $out };
	}
	return $self;
}

sub work ($self, $i) {
	my $stop = 0;
	local $SIG{TERM} = sub { $stop = 1 };
	local $SIG{PIPE} = 'IGNORE';
	my %result = (done => 0, failed => [], longest => 0);
	my $next = time + rand 1 / $self->{rate};
	for (my $n = 0; !$stop; $n++) {
		my $wait = $next - time;
		sleep $wait if $wait > 0;
		$next += 1 / $self->{rate};
		$next = time if $next < time; # no burst after a stop
		my @request = $self->{requests}->($i, $n);
		my $begin = time;
		my $status = eval { $self->ask($i, @request) } // "$@";
		my $took = time - $begin;
		$result{done}++;
		$result{longest} = $took if $took > $result{longest};
		push $result{failed}->@*, sprintf '%.3f %s %s: %s', $begin,
		    @request[0, 1], $status =~ s/\s+\z//r
		    if $status !~ /^20[0-9]$/;
	}
	return \%result;
}

sub ask ($self, $i, $method, $path, $headers, $body) {
	my $socket = $self->{socket} // $self->connect($i);
	my $text = "$method $path HTTP/1.1\r\nHost: $self->{host}\r\n";
	$text .= "$_: $headers->{$_}\r\n" for keys %$headers;
	$text .= 'Content-Length: ' . length($body) . "\r\n" if defined $body;
	print $socket $text, "\r\n", $body // '' or die "cannot send: $!\n";
	my ($status, %h) = $self->read_head($socket);
	$self->skip_body($socket, \%h);
	if (($h{connection} // '') eq 'close') {
		close $socket;
		delete $self->{socket};
	}
	return $status;
}

sub connect ($self, $i) {
	$self->{socket} = IO::Socket::SSL->new(
		PeerAddr => $self->{to}, PeerPort => 443,
		LocalAddr => $self->{from}[$i],
		SSL_ca_file => $self->{ca_file}, Timeout => 10,
		SSL_hostname => $self->{host},
		SSL_verifycn_name => $self->{host},
		SSL_verifycn_scheme => 'http',
	) or die "cannot connect: $SSL_ERROR $!\n";
	return $self->{socket};
}

sub read_head ($self, $socket) {
	my $line = <$socket> // do {
		delete $self->{socket};
		die "the connection was closed\n";
	};
	my ($status) = $line =~ m{^HTTP/1\.1 (\d+)} or die "answered: $line";
	my %h;
	while (defined($line = <$socket>) && $line !~ /^\r?\n/) {
		my ($k, $v) = $line =~ /^([^:]+): *(.*?)\r?\n/ or next;
		$h{lc $k} = $v;
	}
	return ($status, %h);
}

sub skip_body ($self, $socket, $h) {
	if (defined $h->{'content-length'}) {
		read_all($socket, $h->{'content-length'});
	} elsif (($h->{'transfer-encoding'} // '') eq 'chunked') {
		while (1) {
			my $size = hex(<$socket> // die "cut off\n");
			read_all($socket, $size + 2);
			last if $size == 0;
		}
	}
}

sub read_all ($socket, $n) {
	my $have = '';
	while (length $have < $n) {
		read($socket, $have, $n - length $have, length $have)
		    or die "cut off\n";
	}
}

sub stop ($self) {
	my %all = (done => 0, failed => [], longest => 0);
	kill TERM => $_->{pid} for $self->{workers}->@*;
	for my $worker (splice $self->{workers}->@*) {
		my $out = $worker->{out};
		my $r = $json->decode(do { local $/; <$out> } || '{}');
		waitpid $worker->{pid}, 0;
		$all{done} += $r->{done} // 0;
		push $all{failed}->@*, ($r->{failed} // ['it died'])->@*;
		$all{longest} = $r->{longest}
		    if ($r->{longest} // 0) > $all{longest};
	}
	return \%all;
}

sub DESTROY ($self) {
	kill KILL => $_->{pid} for $self->{workers}->@*;
}

1;
