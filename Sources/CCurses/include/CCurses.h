// ncursesw for Swift: the macros, varargs and globals that do not import, as plain functions.
#ifndef CCURSES_H
#define CCURSES_H
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#endif
