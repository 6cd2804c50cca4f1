package Cruddur::Browser;

# Tests in a real browser: starts a stack and runs a script of t/web/ in Node
# against it. The script's TAP is the test's.
#
#     browser_test('journey.js');
#     browser_test('signin.js', rate => 'shipped');    # as for Stack->start

use v5.36;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use Cruddur::Stack;

our @EXPORT = qw(browser_test node_script);

my $top = dirname(dirname(dirname(dirname(abs_path(__FILE__)))));

# Ends the program with the script's status; the stack ends with it.
sub browser_test ($script, %args) {
	my $stack = Cruddur::Stack->start(%args);
	local %ENV = (%ENV, $stack->env->%*, $stack->dev_env,
		NODE_EXTRA_CA_CERTS => $stack->ca_file);
	node_script($script);
}

sub node_script ($script) {
	system "$top/t/web/node_modules/.bin/node",
	    "--test-reporter=$top/t/web/lib/tap.js", "$top/t/web/$script";
	exit($? == 0 ? 0 : 1);
}

1;
