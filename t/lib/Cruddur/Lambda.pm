package Cruddur::Lambda;

# AWS Lambda for one function: a Runtime API on loopback and a process that
# asks it for events.
#
#     my $lambda = Cruddur::Lambda->new(program => $path, env => {...}, log => $file);
#     $lambda->start;
#     my $answer = $lambda->invoke({ Records => [...] }, seconds => 10);
#         # { response => {...} } or { error => {...} } or { init => {...} },
#         # undef if the process died
#     $lambda->end('KILL');

use v5.36;
use IO::Select;
use IO::Socket::INET;
use JSON::XS ();
use POSIX ();
use Time::HiRes qw(time);

my $json = JSON::XS->new->utf8->canonical;

sub new ($class, %args) {
	my $listen = IO::Socket::INET->new(Listen => 16,
		LocalAddr => '127.0.0.1') or die "listen: $!";
	return bless { %args, listen => $listen, n => 0 }, $class;
}

sub start ($self) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = (PATH => $ENV{PATH}, $self->{env}->%*,
			AWS_LAMBDA_RUNTIME_API =>
			    '127.0.0.1:' . $self->{listen}->sockport);
		open STDOUT, '>', '/dev/null' or die $!;
		open STDERR, '>>', $self->{log} or die $!;
		exec $self->{program} or POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	return;
}

sub end ($self, $signal) {
	my $pid = delete $self->{pid} or return;
	kill $signal, $pid;
	waitpid $pid, 0;
	my $status = $?;
	close delete $self->{client} if $self->{client};
	# what it asked with its last breath
	while (IO::Select->new($self->{listen})->can_read(0)) {
		close $self->{listen}->accept;
	}
	return $status;
}

sub DESTROY ($self) { local $?; $self->end('KILL'); return }

# The next request of the function; undef if there is none in time.
sub request ($self, $seconds) {
	my $end = time + $seconds;
	my $text = '';
	while ((my $left = $end - time) > 0) {
		my @ready = IO::Select->new($self->{listen},
			$self->{client} // ())->can_read($left);
		for my $fh (@ready) {
			if ($fh == $self->{listen}) {
				close $self->{client} if $self->{client};
				$self->{client} = $fh->accept;
				$text = '';
			} elsif (sysread $fh, $text, 1 << 16, length $text) {
				my ($head, $body) = split /\r\n\r\n/, $text, 2;
				next if !defined $body;
				my ($n) = $head =~ /^content-length:\s*(\d+)/mi;
				next if length $body < ($n // 0);
				my ($method, $path) = $head =~ /^(\w+) (\S+)/;
				return { method => $method, path => $path,
					head => $head, body => $body };
			} else {
				close delete $self->{client};
				return;
			}
		}
	}
	return;
}

sub reply ($self, $status, $body, @headers) {
	my $bytes = join "\r\n", "HTTP/1.1 $status X", @headers,
	    'Content-Type: application/json', 'Content-Length: ' . length $body,
	    '', $body;
	while (length $bytes) {
		local $SIG{PIPE} = 'IGNORE';
		my $n = syswrite $self->{client}, $bytes or return;
		substr $bytes, 0, $n, '';
	}
	return 1;
}

sub invoke ($self, $event, %opt) {
	my $seconds = $opt{seconds} // 30;
	my $ask = $self->request($opt{patience} // 30) or return;
	if ($ask->{path} =~ m{/runtime/init/error$}) {
		$self->reply(202, '{}');
		return { init => $json->decode($ask->{body}), head => $ask->{head} };
	}
	die "$ask->{method} $ask->{path}?" if $ask->{path} !~
	    m{^/2018-06-01/runtime/invocation/next$};
	my $id = sprintf '8476a536-e9f4-11e8-9739-%012d', ++$self->{n};
	$self->reply(200, ref $event ? $json->encode($event) : $event,
		"Lambda-Runtime-Aws-Request-Id: $id",
		'Lambda-Runtime-Deadline-Ms: ' . int(1000 * (time + $seconds)),
		"Lambda-Runtime-Trace-Id: Root=1-trace-$self->{n};Sampled=1",
		'Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:x:1:function:f')
	    or return;
	my $answer = $self->request($seconds + 5) or return;
	$self->reply(202, '{"status":"OK"}');
	my ($of, $kind) = $answer->{path} =~
	    m{^/2018-06-01/runtime/invocation/([^/]+)/(response|error)$}
	    or die "$answer->{path}?";
	die "answer to $of" if $of ne $id;
	return { $kind => $json->decode($answer->{body}),
		head => $answer->{head}, trace => "Root=1-trace-$self->{n}" };
}

# Records of the stream as an event source mapping hands them over.
sub event (@records) {
	return { Records => [ map { +{ %$_, eventSource => 'aws:dynamodb',
		eventSourceARN => 'arn:aws:dynamodb:us-east-1:1:table/t/stream/s' }
	} @records ] };
}

1;
