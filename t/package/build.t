# The packages as files: what lintian, the hardening checker and systemd say of
# them, what they hold, and that a second build gives the same bytes.
use v5.36;
use Digest::SHA;
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use Test::More;

my ($deb) = glob '.dev/deb/cruddur_*.deb';
my ($web) = glob '.dev/deb/cruddur-web_*.deb';
ok $deb && $web, 'there are two packages' or BAIL_OUT('./dev deb first');
my $dir = tempdir('package-XXXXXX', CLEANUP => 1,
    DIR => $ENV{CRUDDUR_TEST_DIR} // '/tmp');
system('dpkg-deb', '-x', $deb, "$dir/cruddur") == 0 or die;
system('dpkg-deb', '-x', $web, "$dir/cruddur-web") == 0 or die;

sub output (@command) {
	open my $p, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', @command
	    or die "$command[0]: $!";
	local $/;
	return <$p> // '';
}

sub slurp ($file) {
	open my $f, '<', $file or die "$file: $!";
	local $/;
	return <$f>;
}

sub files ($of) {
	return sort split /\n/, output('find', $of, '-type', 'f', '-printf',
	    '%P\n');
}

# --- version ---

my ($version) = slurp('configure.ac') =~ /^AC_INIT\(\[cruddur\], \[(.+)\]\)/m;
is output('dpkg-deb', '-f', $_, 'Version'), "$version\n",
    basename($_) . ' has the version of configure.ac'
    for $deb, $web;

# --- checkers ---

my ($changes) = glob '.dev/deb/*.changes';
is output(qw(lintian --allow-root --fail-on error --display-level >=warning),
    $changes) =~ s/^running with root.*\n//mr, '', 'lintian has nothing to say';

for my $program (split /\n/,
    output('find', "$dir/cruddur/usr", qw(-path */*bin/* -type f))) {
	my $said = output('hardening-check', '--nocolor', $program);
	for my $flag ('Position Independent Executable', 'Stack protected',
	    'Fortify Source functions', 'Read-only relocations',
	    'Immediate binding') {
		like $said, qr/^ *\Q$flag\E: yes/m,
		    basename($program) . ": $flag";
	}
	like output('readelf', '-lW', $program),
	    qr/GNU_STACK +\S+ \S+ \S+ \S+ \S+ RW /,
	    basename($program) . ': the stack is not executable';
	# Debian's debuginfo tools find these by their build ID alone.
	unlike output('readelf', '-SW', $program), qr/\.debug_info/,
	    basename($program) . ' is stripped';
}

my @pages = glob "$dir/cruddur/usr/share/man/man*/*.gz";
cmp_ok scalar @pages, '>=', 4, 'a manual page each';
system('gunzip', '-k', @pages) == 0 or die;
for my $page (glob "$dir/cruddur/usr/share/man/man*/*.[158]") {
	my $name = basename($page);
	is output('mandoc', '-Tlint', '-Wwarning', $page), '',
	    "$name: mandoc has nothing to say";
	is output('env', 'LC_ALL=C.UTF-8', 'MANWIDTH=80', 'man', '--warnings',
	    '-EUTF-8', '-Tutf8', '-Z', '-l', $page) =~ s/^[^\n]*?x T.*//sr, '',
	    "$name: man has nothing to say";
}

# --- units ---

my $units = "$dir/cruddur/lib/systemd/system";
for my $unit (map { basename $_ } glob "$units/*.service") {
	my ($score) = output(qw(systemd-analyze security --no-pager
	    --offline=yes), "$units/$unit") =~ /exposure level .*: ([\d.]+)/;
	ok defined $score && $score <= 1.2, "$unit: exposure at most 1.2"
	    or diag $score // 'no score';
	note "$unit: exposure $score";
	my $text = slurp("$units/$unit");
	unlike $text, qr/^Environment/m, "$unit: nothing in the environment";
	like $text, qr/^User=cruddur$/m, "$unit: is not root's";
}
is_deeply [map { basename $_ } glob "$units/*"], [qw(cruddur-api.service
    cruddur-api.socket cruddur-expire.service cruddur-expire.timer
    cruddur-stream.service)], 'the units';

# --- contents ---

my @ours = files("$dir/cruddur");
is_deeply [grep { m{^(?!usr/|lib/systemd/|etc/nginx/snippets/)} } @ours], [],
    'cruddur: nothing lies elsewhere';
is_deeply [grep { !m{^usr/share/(cruddur/web|doc)/} }
    files("$dir/cruddur-web")], [], 'cruddur-web: static files';
ok -e "$dir/cruddur-web/usr/share/cruddur/web/index.html",
    'cruddur-web: the page';
is output('find', $dir, qw(-path */usr/* -perm /6022 -not -type l)), '',
    'nothing is set-id, or writable by others';
unlike join("\n", map { slurp("$dir/cruddur/$_") } @ours), qr/\Q$ENV{PWD}\E/,
    'no path of the build is in it';

# --- again, elsewhere and otherwise ---

# machine.t runs at the same time and has deadlines: it goes first.
SKIP: {
	system("umask 002; TZ=Pacific/Auckland LC_ALL=C DEB_BUILD_OPTIONS=nocheck"
	    . " nice -n 19 ./dev deb $dir/again >$dir/log 2>&1") == 0
	    or do { fail 'a second build'; diag slurp("$dir/log"); last SKIP };
	for my $first (glob '.dev/deb/*.deb') {
		my $second = "$dir/again/" . basename($first);
		is sum($second), sum($first),
		    basename($first) . ': a second build has the same bytes';
	}
}

sub sum ($file) {
	return Digest::SHA->new(256)->addfile($file)->hexdigest;
}

done_testing;
