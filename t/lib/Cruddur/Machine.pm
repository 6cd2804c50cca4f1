package Cruddur::Machine;

# A whole Debian machine for one test: systemd as PID 1 over a clean root, in
# namespaces of its own, reached over a veth pair, with no other network.
# The test itself moves into namespaces first, so that nothing of this touches
# the machine it runs on, and nothing is left when it ends, however it ends:
#
#     Cruddur::Machine->isolate;        # first of all; runs the test anew, inside
#     my $machine = Cruddur::Machine->new($root_tar, $dir);
#     $machine->boot;
#     my ($status, $text) = $machine->run('systemctl is-active nginx');
#     my $text = $machine->must('apt-get install -y ./x.deb');   # dies if it fails
#     $machine->copy_in('x.deb', '/root/x.deb');
#     $machine->reboot;
#
# Inside, addresses: the machine is MACHINE, the test's side is HERE, and load
# comes from as many of CLIENT(0..31) as wished.

use v5.36;
use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use Time::HiRes qw(sleep time);

use constant MACHINE => '10.213.0.2';
use constant HERE => '10.213.0.1';

my $top = dirname(dirname(dirname(dirname(abs_path(__FILE__)))));

sub CLIENT ($i) {
	return '10.213.0.' . (100 + $i);
}

# exec the test again as the first process of new namespaces.
sub isolate ($class) {
	return if $ENV{CRUDDUR_ISOLATED};
	$ENV{CRUDDUR_ISOLATED} = 1;
	exec qw(unshare --net --mount --pid --fork --kill-child --mount-proc),
	    $^X, (map { "-I$_" } @INC), $0, @ARGV;
	die "unshare: $!";
}

sub new ($class, $tar, $dir) {
	$dir .= '/disk';
	mkdir $dir or croak "$dir: $!";
	my $self = bless { dir => $dir, root => "$dir/root" }, $class;
	# In memory: packages are unpacked with many fsyncs.
	sh(qw(mount -t tmpfs -o size=3g tmpfs), $dir);
	mkdir $self->{root} or die "$self->{root}: $!";
	sh('tar', '-xf', $tar, '-C', $self->{root}, '--numeric-owner');
	sh(qw(ip link set lo up));
	$self->make_cgroup;
	return $self;
}

sub sh (@command) {
	system(@command) == 0 or croak "@command: failed ($?)";
}

# A control group of its own, below which its systemd makes others.
sub make_cgroup ($self) {
	my ($top) = grep { -e "$_/cgroup.procs" && !-e "$_/tasks" }
	    qw(/sys/fs/cgroup /sys/fs/cgroup/unified);
	$top or croak 'there is no cgroup2 file system';
	sweep_cgroups(glob "$top/cruddur-machine-*");
	$self->{cgroup} = "$top/cruddur-machine-" . basename(dirname($self->{dir}));
	mkdir $self->{cgroup} or croak "$self->{cgroup}: $!";
}

# Of tests that were killed: nobody is in them any more.
sub sweep_cgroups (@groups) {
	for my $group (@groups) {
		open my $f, '<', "$group/cgroup.events" or next;
		remove_tree($group) if grep { /^populated 0$/ } <$f>;
	}
}

sub remove_tree ($group) {
	system "find $group -depth -type d -exec rmdir {} + 2>/dev/null";
}

sub boot ($self, %opt) {
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		write_file("$self->{cgroup}/cgroup.procs", $$);
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', "$self->{dir}/console";
		open STDERR, '>&', \*STDOUT;
		exec qw(unshare --pid --fork --kill-child --mount --cgroup
		    --uts --ipc --net), "$top/t/package/boot", $self->{root};
	}
	$self->{unshare} = $pid;
	$self->{init} = wait_until(10, sub { child_of($pid) })
	    or croak 'the machine did not begin to start';
	wait_until(10, sub { other_netns($self->{init}) })
	    or croak 'the machine has no network of its own';
	$self->connect;
	my $state = wait_until($opt{seconds} // 60, sub {
		my ($s, $text) = $self->run('systemctl is-system-running');
		$text =~ /^(running|degraded)/ ? $1 : undef;
	}) or croak 'the machine did not start: ' . $self->console;
	return $state;
}

sub child_of ($pid) {
	open my $f, '<', "/proc/$pid/task/$pid/children" or return;
	my ($child) = split ' ', <$f> // '';
	return $child;
}

sub other_netns ($pid) {
	my $theirs = readlink "/proc/$pid/ns/net" or return;
	return $theirs ne readlink '/proc/self/ns/net';
}

# A cable between the machine and us.
sub connect ($self) {
	system 'ip link del machine0 2>/dev/null'; # of the boot before
	my @inside = ('nsenter', "--net=/proc/$self->{init}/ns/net");
	sh(qw(ip link add machine0 type veth peer name eth1));
	sh(qw(ip link set eth1 netns), $self->{init});
	sh(@inside, qw(ip addr add), MACHINE . '/24', qw(dev eth1));
	sh(@inside, qw(ip link set eth1 name eth0 up));
	sh(qw(ip addr add), HERE . '/24', qw(dev machine0));
	sh(qw(ip addr add), CLIENT($_) . '/24', qw(dev machine0)) for 0 .. 31;
	sh(qw(ip link set machine0 up));
}

# run SCRIPT: as root on the machine; (exit status, all that it printed).
sub run ($self, $script, %opt) {
	my $pid = open my $out, '-|' // die "fork: $!";
	if ($pid == 0) {
		open STDIN, '<', '/dev/null';
		open STDERR, '>&', \*STDOUT;
		exec 'nsenter', '-t', $self->{init}, qw(-m -p -u -i -n -C --),
		    qw(env -i HOME=/root LANG=C.UTF-8),
		    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
		    qw(DEBIAN_FRONTEND=noninteractive bash -eu -o pipefail -c),
		    "cd /var/tmp; $script";
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8, $text);
}

sub must ($self, $script) {
	my ($status, $text) = $self->run($script);
	$status == 0 or croak "exit status $status of: $script\n$text";
	return $text =~ s/\n\z//r;
}

sub ok ($self, $script) {
	return ($self->run($script))[0] == 0;
}

sub copy_in ($self, $file, $to) {
	sh('cp', '-r', '--no-preserve=ownership', $file, "$self->{root}$to");
}

sub write ($self, $to, $text) {
	write_file("$self->{root}$to", $text);
}

# Everything that is in this folder of the machine, as the test sees it.
sub path ($self, $inside) {
	return "$self->{root}$inside";
}

sub reboot ($self) {
	$self->run('systemctl reboot');
	wait_until(60, sub { !-e "/proc/$self->{init}" })
	    or croak 'the machine does not go down';
	waitpid $self->{unshare}, 0;
	return $self->boot;
}

sub stop ($self) {
	return if !$self->{unshare};
	kill KILL => $self->{init} // (), $self->{unshare};
	waitpid delete $self->{unshare}, 0;
	wait_until(10, sub { $self->remove_cgroup });
}

sub remove_cgroup ($self) {
	remove_tree($self->{cgroup});
	return !-e $self->{cgroup};
}

sub DESTROY ($self) {
	local ($?, $@, $!);
	$self->stop;
}

sub console ($self) {
	open my $f, '<', "$self->{dir}/console" or return '';
	local $/;
	return <$f> // '';
}

# --- small things ---

sub wait_until ($seconds, $code) {
	my $end = time + $seconds;
	while (1) {
		my $result = $code->();
		return $result if $result;
		return if time > $end;
		sleep 0.05;
	}
}

sub write_file ($file, $text) {
	open my $f, '>', $file or croak "$file: $!";
	print $f $text;
	close $f or croak "$file: $!";
}

1;
