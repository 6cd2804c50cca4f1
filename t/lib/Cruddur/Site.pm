package Cruddur::Site;

# A small HTTP site of a test's own, on a free port of loopback.
#
#     my $site = Cruddur::Site->start(sub ($request) {
#         # $request: { method, path, headers (lower case), content }
#         return (200, 'application/json', '{}');
#     });
#     $site->url
#
# Each connection is served by a process of its own, one request each: what
# the handler is to remember goes into files.

use v5.36;
use IO::Socket::INET;

sub start ($class, $handler) {
	my $listen = IO::Socket::INET->new(
		Listen => 512, LocalAddr => '127.0.0.1', ReuseAddr => 1)
	    // die "listen: $!";
	my $self = bless {
		url => 'http://127.0.0.1:' . $listen->sockport,
		owner => $$,
	}, $class;
	$self->{pid} = fork // die "fork: $!";
	serve($listen, $handler) if !$self->{pid};
	return $self;
}

sub url ($self) { return $self->{url} }

sub serve ($listen, $handler) {
	$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
	$SIG{CHLD} = 'IGNORE';
	while (1) {
		my $client = $listen->accept or next;
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			close $listen;
			answer($client, $handler);
			close $client;
			POSIX::_exit(0);
		}
		close $client;
	}
}

sub answer ($client, $handler) {
	my ($method, $path) = split ' ', <$client> // return;
	my %headers;
	while (defined(my $line = <$client>)) {
		last if $line =~ /^\r?\n$/;
		$headers{ lc $1 } = $2 if $line =~ /^([^:]+):\s*(.*?)\r?\n/;
	}
	read $client, my $content, $headers{'content-length'} // 0;
	my ($status, $type, $body) = $handler->({ method => $method,
		path => $path, headers => \%headers, content => $content });
	print $client "HTTP/1.1 $status Answer\r\nContent-Type: $type\r\n",
	    'Content-Length: ', length $body, "\r\nConnection: close\r\n\r\n",
	    $body;
	return;
}

sub stop ($self) {
	my $pid = delete $self->{pid} or return;
	local $?;
	kill TERM => $pid;
	waitpid $pid, 0;
	return;
}

sub DESTROY ($self) {
	$self->stop if $$ == $self->{owner};
	return;
}

require POSIX;
1;
