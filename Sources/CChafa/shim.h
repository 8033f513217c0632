// chafa turns pixels into terminal symbols, sixels and kitty sequences.
#include <chafa.h>
