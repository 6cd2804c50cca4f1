package Cruddur::Stack;

# A whole stack for one test: real servers on free ports with data of their
# own, started by ./dev as a developer starts his. It ends with the test,
# however that ends.
#
#     my $stack = Cruddur::Stack->start;
#     my $stack = Cruddur::Stack->start(
#         settings => { CRUDDUR_WORKERS => 2 },   # environment of our programs
#         rate     => 'shipped',                  # nginx's limits as shipped
#         only     => [qw(postgres)],             # these services and no other
#     );
#     $stack->url, ->ca_file, ->socket, ->log_dir, ->dir
#     $stack->env                 # what ./dev env prints, as a hash
#     $stack->token('bayko')      # an access token, remembered
#     $stack->uuid('bayko')       # of the row in Postgres
#     $stack->http, ->ddb, ->dbh  # clients, one each
#     $stack->pid('api')          # postgres dynamodb cognito api stream nginx
#     $stack->signal(STOP => 'postgres')
#     $stack->stop('postgres'); $stack->go('postgres'); $stack->restart('api')
#     $stack->run('cruddur', 'db', 'migrate')     # a program of the build
#     wait_for { ... } 'what';    # polls; dies after 10 s

use v5.36;
use Carp qw(croak);
use Cwd qw(abs_path);
use DBI;
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP ();
use Test::More ();
use Time::HiRes qw(sleep time);
use Cruddur::DDB;
use Cruddur::HTTP;

our @EXPORT = qw(wait_for);
our @EXPORT_OK = qw(slurp);

my $top = dirname(dirname(dirname(dirname(abs_path(__FILE__)))));
my $owner = $$;
my $died = 0; # the test's status, once it has ended
my %running;

sub start ($class, %args) {
	my $dir = tempdir('stack-XXXXXX', DIR => $ENV{CRUDDUR_TEST_DIR}
	    // (-w '/dev/shm' ? '/dev/shm' : '/tmp'));
	chmod 0711, $dir or die "$dir: $!";
	my ($hold, $ports) = free_ports(6);
	my $self = bless { dir => $dir, ports => $ports, hold => $hold, %args },
	    $class;
	$running{$dir} = $self;
	mkdir "$dir/logs" or die "$dir/logs: $!";
	$self->write_settings($args{settings}) if $args{settings};
	my @only = $args{only} ? $args{only}->@* : ();
	$self->dev(@only ? ('start', @only) : ('run', '--detach'));
	return $self;
}

# Ports that are this stack's to its end, also while its servers are stopped:
# they lie in a block of ten, below the ports that the kernel gives to clients,
# and who listens on a block's first port has the block. Suites run at the same
# time: each process looks from a place of its own on.
sub free_ports ($n) {
	state $block = $$ % 2_000;
	for (1 .. 2_000) {
		my ($first, @ports) = map { 10_000 + 10 * $block + $_ } 0 .. $n;
		$block = ($block + 1) % 2_000;
		my $hold = listener($first) or next;
		return ($hold, \@ports) if @ports == grep { listener($_) } @ports;
	}
	croak 'no block of ports is free';
}

sub listener ($port) {
	return IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1',
		LocalPort => $port);
}

# What tells ./dev that this stack is meant.
sub dev_env ($self) {
	my @names = qw(PORT HTTP_PORT METRICS_PORT POSTGRES_PORT DYNAMODB_PORT
	    COGNITO_PORT);
	return (
		CRUDDUR_DEV_STATE => $self->{dir},
		map({ ("CRUDDUR_DEV_$names[$_]" => $self->{ports}[$_]) } 0 .. $#names),
		$self->{rate} ? (CRUDDUR_DEV_RATE => $self->{rate}) : (),
	);
}

# ./dev WORDS..., its stdout; dies with all it said when it fails.
sub dev ($self, @words) {
	local %ENV = (%ENV, $self->dev_env);
	my $said = "$self->{dir}/dev.log";
	my $pid = open(my $out, '-|') // die "fork: $!";
	if (!$pid) {
		open STDERR, '>', $said or die "$said: $!";
		exec "$top/dev", @words or die "$top/dev: $!";
	}
	my $answer = do { local $/; <$out> } // '';
	{
		local $?;
		close $out;
		return $answer if $? == 0;
	}
	open my $in, '<', $said or die "$said: $!";
	croak join '', "./dev @words failed:\n", <$in>;
}

# The settings of our programs, for the next start of them.
sub write_settings ($self, $settings) {
	open my $out, '>', "$self->{dir}/settings" or die $!;
	print $out map { "$_=$settings->{$_}\n" } sort keys %$settings;
	close $out or die $!;
	return;
}

sub env ($self) {
	return $self->{env} //= {
		map { /^export (\w+)=(.*)$/ ? ($1 => $2 =~ s/\\(.)/$1/gr) : () }
		    split /\n/, $self->dev('env')
	};
}

sub dir ($self) { return $self->{dir} }
sub url ($self) { return "https://localhost:$self->{ports}[0]" }
sub ca_file ($self) { return "$top/.dev/tls/ca.pem" }
sub socket ($self) { return "$self->{dir}/api.sock" }
sub log_dir ($self) { return "$self->{dir}/logs" }
sub metrics_url ($self) { return $self->env->{CRUDDUR_METRICS_URL} }

sub token ($self, $handle) {
	return $self->{token}{$handle} //= $self->dev('token', $handle) =~ s/\n//r;
}

sub uuid ($self, $handle) {
	return $self->dbh->selectrow_array(
		'SELECT uuid FROM users WHERE lower(handle) = lower(?)', undef, $handle);
}

sub http ($self) {
	return $self->{http} //= Cruddur::HTTP->new(
		url => $self->url, ca_file => $self->ca_file, stack => $self);
}

sub ddb ($self) {
	return $self->{ddb} //= Cruddur::DDB->new(
		endpoint => "http://127.0.0.1:$self->{ports}[4]");
}

# A connection of the test's own; connects again after a restart.
sub dbh ($self) {
	my $dbh = $self->{dbh};
	return $dbh if $dbh && $dbh->ping;
	return $self->{dbh} = DBI->connect(
		"dbi:Pg:dbname=cruddur;host=127.0.0.1;port=$self->{ports}[3]",
		'cruddur', 'cruddur',
		{ RaiseError => 1, PrintError => 0, pg_enable_utf8 => 1 });
}

sub pid ($self, $service) {
	open my $in, '<', "$self->{dir}/$service.pid" or return;
	my ($pid) = split ' ', <$in>;
	return $pid;
}

sub signal ($self, $signal, $service) {
	my $pid = $self->pid($service) or croak "$service does not run";
	# All of a service's processes where it freezes or thaws.
	my @pids = $signal =~ /^(STOP|CONT)$/ ? family($pid) : $pid;
	kill $signal, @pids;
	# Each of its threads stops when it next comes out of the kernel.
	wait_for(sub { !grep { runs($_) } @pids }, "$service to stop")
	    if $signal eq 'STOP';
	return;
}

# Whether a thread of it is neither stopped nor gone.
sub runs ($pid) {
	return scalar grep { !/\) [TZX] / }
	    map { eval { slurp($_) } // () } glob "/proc/$pid/task/*/stat";
}

# A process and all that descend from it.
sub family ($pid) {
	my %children;
	for my $stat (glob '/proc/[0-9]*/stat') {
		open my $in, '<', $stat or next;
		my ($child, $parent) = (<$in> // '') =~ /^(\d+) \(.*\) \S (\d+)/ or next;
		push $children{$parent}->@*, $child;
	}
	my @family = my @todo = ($pid);
	while (defined(my $one = shift @todo)) {
		push @family, ($children{$one} // [])->@*;
		push @todo, ($children{$one} // [])->@*;
	}
	return @family;
}

sub stop ($self, @services) { $self->dev('stop', @services); return }
sub go ($self, @services) { $self->dev('start', @services); return }

sub restart ($self, @services) {
	$self->stop(@services);
	$self->go(@services);
	return;
}

# A program of the build tree, with the stack's settings: (status, stdout,
# stderr). Input, if any, is the last argument as \"text".
sub run ($self, $program, @args) {
	my $input = ref $args[-1] ? pop @args : \'';
	my ($in, $out, $err) = map { "$self->{dir}/run.$_" } qw(in out err);
	open my $file, '>', $in or die $!;
	print $file $$input;
	close $file;
	local %ENV = (%ENV, $self->env->%*, ($self->{settings} // {})->%*);
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', $in and open STDOUT, '>', $out
		    and open STDERR, '>', $err or die $!;
		exec build_dir() . "/$program", @args or die "$program: $!";
	}
	waitpid $pid, 0;
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return ($status, slurp($out), slurp($err));
}

sub build_dir { return $ENV{CRUDDUR_BUILD_DIR} // "$top/.dev/build" }

sub slurp ($path) {
	open my $in, '<', $path or die "$path: $!";
	local $/;
	return scalar <$in>;
}

# All that was logged so far, of one service or of all.
sub log ($self, $service = '*') {
	return join '', map { slurp($_) } grep { -e } glob "$self->{dir}/logs/$service.log";
}

# wait_for { condition } 'what', seconds: its first true value.
sub wait_for :prototype(&;$$) ($condition, $what = 'condition', $seconds = 10) {
	my $end = time + $seconds;
	while (time < $end) {
		my $value = eval { $condition->() };
		return $value if $value;
		sleep 0.02;
	}
	croak "waited $seconds s in vain for $what" . ($@ ? ": $@" : '');
}

# Whether no log, of whichever program, holds a token or the demo password.
sub kept_secrets ($self) {
	my @told;
	for my $path (glob "$self->{dir}/logs/*.log") {
		open my $in, '<', $path or next;
		while (defined(my $line = <$in>)) {
			next if $line !~ /eyJ[\w-]{8,}\.eyJ[\w-]{8,}|Cruddur-demo-1/;
			push @told, "$path:$.: a token or password: "
			    . substr($line, 0, 120) . ' ...';
		}
	}
	Test::More::diag(join "\n", @told[0 .. ($#told < 9 ? $#told : 9)]) if @told;
	return !@told;
}

# Whether our programs' logs hold nothing but events, one JSON object a line.
sub only_events ($self) {
	my @odd = grep { !/^\{"time":.*\}$/ } map { split /\n/ }
	    map { $self->log($_) } qw(api stream);
	Test::More::diag("no event in a log: $odd[0]") if @odd;
	return !@odd;
}

# What our programs complained of, for whoever reads that a test failed.
sub complaints ($self) {
	my @lines = grep { /"level":"(?:warn|error)"/ && !/"event":"\w+_slow"/ }
	    map { split /^/ } map { $self->log($_) } qw(api stream);
	my $from = @lines > 40 ? @lines - 40 : 0;
	return join '', 'the last of ' . @lines . " complaints in its logs:\n",
	    @lines[$from .. $#lines];
}

# Stops everything and removes it; what a sanitizer reported, a secret in a log
# or a line that is no event fails the test.
sub finish ($self) {
	delete $running{ $self->{dir} } or return 1;
	$self->{dbh}->disconnect if $self->{dbh};
	my $good = eval { $self->dev('stop'); 1 };
	Test::More::diag($@) if !$good;
	$good = 0 if !$self->kept_secrets || !$self->only_events;
	Test::More::diag($self->complaints)
	    if $good && ($died || !Test::More->builder->is_passing);
	eval { $self->dev('reset', '--yes'); 1 } or Test::More::diag($@);
	remove_tree($self->{dir});
	return $good;
}

END {
	if ($$ == $owner) {
		my $status = $died = $?;
		for my $stack (values %running) {
			$stack->finish or $status ||= 1;
		}
		$? = $status;
	}
}

# A signal runs END too.
$SIG{$_} //= sub { exit 130 } for qw(INT TERM HUP);

1;
