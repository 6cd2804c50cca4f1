package Cruddur::FCGI;

# FastCGI spoken straight to cruddur-api's socket, for tests below nginx.
#
#     my $r = Cruddur::FCGI->new(socket => $stack->socket)->request(
#         GET => '/metrics', headers => { Authorization => 'Bearer …' },
#         content => '…', params => { REMOTE_ADDR => '192.0.2.1' });
#     $r->{status}, $r->{headers}{'content-type'}, $r->{content}, $r->{stderr}

use v5.36;
use IO::Socket::UNIX;
use Socket qw(SOL_SOCKET SO_RCVTIMEO);

use constant {
	BEGIN_REQUEST => 1, END_REQUEST => 3, PARAMS => 4,
	STDIN_STREAM => 5, STDOUT_STREAM => 6, STDERR_STREAM => 7,
};

sub new ($class, %args) {
	return bless { timeout => 30, %args }, $class;
}

sub connection ($self) {
	my $socket = IO::Socket::UNIX->new(Peer => $self->{socket})
	    // die "$self->{socket}: $!";
	# Nobody who reads from it waits for ever.
	setsockopt $socket, SOL_SOCKET, SO_RCVTIMEO,
	    pack('l!l!', $self->{timeout}, 0) or die "SO_RCVTIMEO: $!";
	return $socket;
}

sub request ($self, $method, $path, %opt) {
	my $socket = $self->connection;
	local $SIG{ALRM} = sub { die "no answer in $self->{timeout} s\n" };
	alarm $self->{timeout};
	print $socket request_bytes($method, $path, %opt);
	$socket->flush;
	my $answer = read_answer($socket);
	alarm 0;
	return $answer;
}

# All the bytes of a request, for tests that send only some of them.
sub request_bytes ($method, $path, %opt) {
	my $content = $opt{content} // '';
	my %params = (
		REQUEST_METHOD => $method,
		REQUEST_URI => $path,
		QUERY_STRING => $path =~ /\?(.*)/s ? $1 : '',
		CONTENT_LENGTH => length $content ? length $content : '',
		CONTENT_TYPE => length $content ? 'application/json' : '',
		SERVER_PROTOCOL => 'HTTP/1.1',
		REMOTE_ADDR => '127.0.0.1',
		HTTP_HOST => 'localhost',
		HTTPS => 'on',
		REQUEST_ID => sprintf('%032x', int rand 2**32),
	);
	for my $name (keys(($opt{headers} // {})->%*)) {
		my $param = 'HTTP_' . uc $name =~ tr/-/_/r;
		$param =~ s/^HTTP_(?=CONTENT_(TYPE|LENGTH)$)//;
		$params{$param} = $opt{headers}{$name};
	}
	%params = (%params, ($opt{params} // {})->%*);
	return record(BEGIN_REQUEST, pack 'nCx5', 1, 0)
	    . stream(PARAMS, join '', map { pair($_, $params{$_}) } sort keys %params)
	    . stream(STDIN_STREAM, $content);
}

sub record ($type, $bytes) {
	return pack('CCnnCx', 1, $type, 1, length $bytes, 0) . $bytes;
}

sub stream ($type, $bytes) {
	my @parts = unpack '(a32768)*', $bytes;
	return join '', map { record($type, $_) } (grep { length } @parts), '';
}

sub pair ($name, $value) {
	return join '', map({
		length $_ < 128 ? chr length $_ : pack 'N', length($_) | 0x8000_0000
	} $name, $value), $name, $value;
}

sub read_answer ($socket) {
	my %text = (STDOUT_STREAM, '', STDERR_STREAM, '');
	my $ended;
	while (!$ended && defined(my $head = take($socket, 8))) {
		my (undef, $type, undef, $length, $padding) = unpack 'CCnnC', $head;
		my $bytes = take($socket, $length + $padding) // last;
		$text{$type} .= substr $bytes, 0, $length if exists $text{$type};
		$ended = $type == END_REQUEST;
	}
	my ($head, $content) = split /\r?\n\r?\n/, $text{+STDOUT_STREAM}, 2;
	my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1 => $2) : () }
	    split /\r?\n/, $head // '';
	my ($status) = ($headers{status} // '') =~ /^(\d+)/;
	return {
		complete => $ended ? 1 : 0,
		status => $status // ($ended && defined $head ? 200 : 0),
		headers => \%headers,
		content => $content // '',
		stderr => $text{+STDERR_STREAM},
	};
}

sub take ($socket, $n) {
	my $bytes = '';
	while (length $bytes < $n) {
		sysread($socket, $bytes, $n - length $bytes, length $bytes) or return;
	}
	return $bytes;
}

1;
