package Cruddur::Stub;

# A small HTTP/1.1 server on a free port of loopback, in a process of its own,
# that answers as a handler says and remembers what it was asked. For what no
# real server does on demand: faults, metadata services, other people's APIs.
#
#     my $stub = Cruddur::Stub->start(sub ($request, $n) { ... });
#     $request->{method}, {path}, {query}, {headers}{lower-case}, {body}
#     $n: the number of this request, from 1
#
# The handler (in the stub's process: its variables are its own) returns
#     [200, 'body', { Name => 'value' }]
#     'close'             close the connection without a word
#     'freeze'            never answer
#     [..., delay => 0.2] answer later
#     [..., cut => 10]    send 10 bytes of the body, then close
#
# start($handler, tls => { cert => 'file', key => 'file' }) speaks https.
#
#     $stub->url, $stub->port, $stub->requests   # list of hashes, as above
#     $stub->connections                         # how many were made
#     $stub->stop

use v5.36;
use File::Temp qw(tempfile);
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use Time::HiRes qw(time);

my $json = JSON::PP->new->latin1->canonical;
my $owner = $$;
my %running;

sub start ($class, $handler, %opt) {
	my $listener = IO::Socket::INET->new(
		Listen => 128, LocalAddr => '127.0.0.1', ReuseAddr => 1)
	    or die "no free port: $!";
	my ($log, $path) = tempfile('stub-XXXXXX', TMPDIR => 1, UNLINK => 0);
	$log->autoflush(1);
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		$SIG{TERM} = $SIG{INT} = $SIG{HUP} = 'DEFAULT';
		$SIG{PIPE} = 'IGNORE';
		eval { serve($listener, $handler, $log, $opt{tls}) };
		print STDERR "stub: $@" if $@;
		require POSIX;
		POSIX::_exit(1);
	}
	my $self = bless {
		pid => $pid, path => $path, port => $listener->sockport,
		scheme => $opt{tls} ? 'https' : 'http',
	}, $class;
	$running{$pid} = $self;
	return $self;
}

sub port ($self) { return $self->{port} }
sub url ($self) { return "$self->{scheme}://127.0.0.1:$self->{port}" }
sub pid ($self) { return $self->{pid} }

sub lines ($self) {
	open my $in, '<:raw', $self->{path} or die "$self->{path}: $!";
	return map { $json->decode($_) } grep { /\n\z/ } <$in>;
}

sub requests ($self) { return grep { $_->{method} } $self->lines }
sub connections ($self) {
	return scalar grep { $_->{connected} } $self->lines;
}

sub stop ($self) {
	delete $running{ $self->{pid} } or return;
	kill TERM => $self->{pid};
	local $?;
	waitpid $self->{pid}, 0;
	unlink $self->{path};
	return;
}

# --- in the stub's process ---

sub serve ($listener, $handler, $log, $tls) {
	my $select = IO::Select->new($listener);
	my (%in, @later);
	my $n = 0;
	while (1) {
		my $wait = @later ? max(0, $later[0]{at} - time) : undef;
		for my $socket ($select->can_read($wait)) {
			if ($socket == $listener) {
				my $new = accept_one($listener, $tls) or next;
				$select->add($new);
				$in{$new} = '';
				print $log qq({"connected":1}\n);
				next;
			}
			if (!read_some($socket, \$in{$socket})) {
				$select->remove($socket);
				delete $in{$socket};
				close $socket;
				next;
			}
			while (my $request = take_request(\$in{$socket})) {
				print $log $json->encode($request), "\n";
				my $answer = $handler->($request, ++$n);
				if (ref $answer && $answer->[3]) {
					my %how = $answer->@[3 .. $#$answer];
					if ($how{delay}) {
						@later = sort { $a->{at} <=> $b->{at} } @later, {
							at => time + $how{delay},
							socket => $socket, answer => $answer };
						next;
					}
				}
				finish($select, \%in, $socket, $answer);
				last if !exists $in{$socket};
			}
		}
		while (@later && $later[0]{at} <= time) {
			my $due = shift @later;
			finish($select, \%in, $due->{socket}, $due->{answer});
		}
	}
}

sub accept_one ($listener, $tls) {
	my $new = $listener->accept or return;
	return $new if !$tls;
	require IO::Socket::SSL;
	return IO::Socket::SSL->start_SSL($new, SSL_server => 1,
		SSL_cert_file => $tls->{cert}, SSL_key_file => $tls->{key});
}

# What has come, with what TLS holds back; false: the other side is gone.
sub read_some ($socket, $bytes) {
	my $n;
	do {
		$n = sysread $socket, $$bytes, 65536, length $$bytes;
	} while $n && $socket->can('pending') && $socket->pending;
	return $n;
}

sub max ($x, $y) { return $x > $y ? $x : $y }

sub finish ($select, $in, $socket, $answer) {
	return if $answer eq 'freeze' || !exists $in->{$socket};
	my $keep = ref $answer && send_answer($socket, $answer);
	return if $keep;
	$select->remove($socket);
	delete $in->{$socket};
	close $socket;
	return;
}

# A whole request off the front of the bytes; undef: it is not whole yet.
sub take_request ($bytes) {
	$$bytes =~ /\A(.*?)\r\n\r\n/s or return;
	my ($head, $head_length) = ($1, $+[0]);
	my ($first, @lines) = split /\r\n/, $head;
	my ($method, $path, $query) =
	    $first =~ m{^(\S+) ([^ ?]*)(?:\?(\S*))? HTTP/1} or return;
	my %headers = map { /^([^:]+):\s*(.*?)\s*$/ ? (lc $1 => $2) : () } @lines;
	my $length = $headers{'content-length'} // 0;
	return if length $$bytes < $head_length + $length;
	my $body = substr $$bytes, $head_length, $length;
	substr $$bytes, 0, $head_length + $length, '';
	return { method => $method, path => $path, query => $query // '',
		headers => \%headers, body => $body };
}

# True: the connection stays open.
sub send_answer ($socket, $answer) {
	my ($status, $body, $headers, %how) = @$answer;
	my %all = ('Content-Length' => length $body, ($headers // {})->%*);
	$body = substr $body, 0, $how{cut} if defined $how{cut};
	my $bytes = "HTTP/1.1 $status X\r\n"
	    . join('', map { "$_: $all{$_}\r\n" } sort keys %all) . "\r\n$body";
	while (length $bytes) {
		my $done = syswrite $socket, $bytes;
		return 0 if !$done;
		substr $bytes, 0, $done, '';
	}
	return !defined $how{cut};
}

END {
	if ($$ == $owner) {
		$_->stop for values %running;
	}
}

1;
