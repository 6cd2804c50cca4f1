/* cruddur: the operator's command-line tool. Wiring only. */
#include "cli/cli.h"

int
main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
