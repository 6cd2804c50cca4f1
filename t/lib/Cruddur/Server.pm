package Cruddur::Server;

# cruddur-api alone, without nginx and backends, for tests of the server itself:
# health-check answers, everything else says 503.
#
#     my $server = Cruddur::Server->start(
#         env => { CRUDDUR_WORKERS => 2 },
#         conf => "[api]\nworkers = 2\n",     # its cruddur.conf
#         socket_by => 'own',                 # or 'systemd' (fd 3), 'stdin'
#     );
#     $server->get('/api/health-check')->{status}
#     $server->pid, ->workers             # pids, as the kernel has them
#     $server->socket, ->conf_file, ->dir
#     $server->events('worker_died')      # lines of its log, decoded
#     $server->notified                   # what systemd would have been told
#     $server->signal('HUP')
#     $server->wait                       # until it ends: its exit status
#     $server->end                        # SIGTERM, wait
#     $server->metric('cruddur_workers{state="idle"}')

use v5.36;
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use JSON::PP ();
use POSIX ();
use Socket qw(SOCK_DGRAM SOCK_STREAM);
use Time::HiRes qw(sleep);
use Cruddur::FCGI;
use Cruddur::Stack qw(wait_for);

my $owner = $$;
my %running;

sub start ($class, %args) {
	my $self = $class->launch(%args);
	wait_for { !$self->alive || $self->events('ready') } 'cruddur-api', 30;
	die "cruddur-api did not start:\n" . $self->log if !$self->alive;
	return $self;
}

# Without waiting for it: for those that are not to come up.
sub launch ($class, %args) {
	my $dir = $args{dir} // tempdir('server-XXXXXX',
		DIR => $ENV{CRUDDUR_TEST_DIR} // '/tmp', CLEANUP => 1);
	my $self = bless { socket_by => 'own', dir => $dir, %args }, $class;
	$self->{socket} //= "$dir/api.sock";
	$self->write_conf($args{conf} // '');
	$self->{notify} //= IO::Socket::UNIX->new(
		Type => SOCK_DGRAM, Local => "$dir/notify") or die $!;
	$self->{listen} //= $self->listen_socket if $self->{socket_by} ne 'own';
	$self->spawn;
	$running{ $self->{pid} } = $self;
	return $self;
}

sub listen_socket ($self) {
	return IO::Socket::UNIX->new(Type => SOCK_STREAM, Listen => 1024,
		Local => $self->{socket}) // die "$self->{socket}: $!";
}

sub write_conf ($self, $text) {
	open my $out, '>', $self->conf_file or die $!;
	print $out $text;
	close $out or die $!;
	return;
}

sub spawn ($self) {
	my %env = (
		CRUDDUR_CONFIG => $self->conf_file,
		CRUDDUR_SOCKET => $self->{socket},
		CONNECTION_URL => "postgresql:///none?host=$self->{dir}",
		AWS_REGION => 'us-east-1',
		AWS_ENDPOINT_URL_DYNAMODB => 'http://127.0.0.1:1',
		AWS_ACCESS_KEY_ID => 'none',
		AWS_SECRET_ACCESS_KEY => 'none',
		AWS_COGNITO_CLIENT_ID => 'none',
		CRUDDUR_ISSUER => 'http://127.0.0.1:1/none',
		NOTIFY_SOCKET => "$self->{dir}/notify",
		ASAN_OPTIONS => "log_path=$self->{dir}/report",
		UBSAN_OPTIONS => "print_stacktrace=1:log_path=$self->{dir}/report",
		($self->{env} // {})->%*,
	);
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		$ENV{$_} = $env{$_} for keys %env;
		eval { $self->become };
		print STDERR $@;
		POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	return;
}

# In the child: descriptors as their giver would set them up, then the program.
sub become ($self) {
	my $fd = $self->{listen} ? fileno $self->{listen} : -1;
	POSIX::dup2(POSIX::open('/dev/null', POSIX::O_RDONLY()), 0);
	POSIX::dup2($fd, 0) if $self->{socket_by} eq 'stdin';
	open my $log, '>>', "$self->{dir}/log" or die $!;
	POSIX::dup2(fileno $log, $_) for 1, 2;
	POSIX::dup2($fd, 3) if $self->{socket_by} eq 'systemd' && $fd != 3;
	$^F = 3; # 3 is not closed by exec
	if ($self->{socket_by} eq 'systemd') {
		require Fcntl;
		open my $three, '<&=', 3 or die $!;
		fcntl $three, Fcntl::F_SETFD(), 0;
		@ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
	}
	my @checker = ($ENV{CRUDDUR_DEV_VARIANT} // '') eq 'valgrind'
	    ? ('valgrind', '-q', '--leak-check=full',
		'--show-leak-kinds=definite', "--log-file=$self->{dir}/report.%p")
	    : ();
	exec @checker, Cruddur::Stack::build_dir() . '/cruddur-api'
	    or die "cruddur-api: $!";
}

sub dir ($self) { return $self->{dir} }
sub socket ($self) { return $self->{socket} }
sub pid ($self) { return $self->{pid} }
sub conf_file ($self) { return "$self->{dir}/cruddur.conf" }

sub fcgi ($self) {
	return $self->{fcgi} //= Cruddur::FCGI->new(socket => $self->{socket});
}

sub get ($self, $path, %opt) {
	return $self->fcgi->request(GET => $path, %opt);
}

sub workers ($self) {
	open my $in, '<', "/proc/$self->{pid}/task/$self->{pid}/children"
	    or return;
	return split ' ', <$in> // '';
}

# The process has not ended yet; its status is kept when it has.
sub alive ($self) {
	$self->notified; # ten unread ones, and the server waits for us
	return 0 if defined $self->{status};
	return 1 if waitpid($self->{pid}, POSIX::WNOHANG()) == 0;
	$self->{status} = $?;
	delete $running{ $self->{pid} };
	return 0;
}

sub signal ($self, $signal) {
	kill $signal, $self->{pid};
	return;
}

# Its exit status, 128 + N for signal N; undef after so many seconds.
sub wait ($self, $seconds = 30) {
	eval { wait_for { !$self->alive } 'the end of cruddur-api', $seconds };
	my $status = $self->{status} // return;
	return $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

# Ends it; what a sanitizer reported is a failure.
sub end ($self) {
	$self->signal('TERM') if $self->alive;
	my $status = $self->wait;
	my @reports = grep { -s } glob "$self->{dir}/report*";
	for my $report (@reports) {
		print STDERR Cruddur::Stack::slurp($report);
		$status ||= 99;
	}
	return $status;
}

sub log ($self) {
	$self->notified;
	return -e "$self->{dir}/log" ? Cruddur::Stack::slurp("$self->{dir}/log") : '';
}

sub events ($self, $event) {
	return grep { $_->{event} eq $event }
	    map { JSON::PP->new->utf8->decode($_) }
	    grep { /"event":"\Q$event\E"/ } split /\n/, $self->log;
}

# All messages so far.
sub notified ($self) {
	while (1) {
		my $got = '';
		$self->{notify}->blocking(0);
		last if !defined $self->{notify}->recv($got, 4096) || $got eq '';
		push $self->{told}->@*, $got;
	}
	return ($self->{told} // [])->@*;
}

sub metrics ($self) {
	return $self->get('/metrics', params => { CRUDDUR_LOCAL => 1 })->{content};
}

sub metric ($self, $name) {
	return $self->metrics =~ /^\Q$name\E (\S+)$/m ? $1 : undef;
}

END {
	if ($$ == $owner) {
		local $?;
		for my $server (values %running) {
			kill KILL => $server->workers, $server->pid;
			waitpid $server->pid, 0;
		}
	}
}

1;
