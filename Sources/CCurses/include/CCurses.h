// ncursesw for Swift: the macros, varargs and globals that do not import, as plain functions. One terminal, one thread.
#ifndef CCURSES_H
#define CCURSES_H
#include <stdint.h>

/// Attributes of a cell, added up.
enum { CCURSES_BOLD = 1, CCURSES_DIM = 2, CCURSES_REVERSE = 4, CCURSES_UNDERLINE = 8 };

/// Sets the locale of characters ("" for the environment's): 1 when its character set is UTF-8, 0 for another, -1 where it
/// is not installed.
int ccurses_set_locale(const char *name);
/// Takes a terminal's description from terminfo, for all that follows: 1, or 0 where there is none, or -1 where it cannot
/// move the cursor.
int ccurses_use(const char *term);
/// A string capability of it, NULL where it has none. Valid until another description is used.
const char *ccurses_string(const char *capability);
/// Its colours; 0 for none.
int ccurses_colours(void);
/// Starts curses on stdin and stdout: raw keys, no echo, no cursor. 0 where it cannot. Bytes from stdin are never read.
int ccurses_start(void);
void ccurses_stop(void);
int ccurses_rows(void);
int ccurses_columns(void);
/// A cell of the next screen: a character with its combining ones, ended by 0 and cut after the fifth, with attributes and
/// colours (-1 for the terminal's own, else 0…255).
void ccurses_put(int row, int column, const uint32_t *text, int attributes, int foreground, int background);
/// An empty next screen.
void ccurses_erase(void);
/// Sends what changed, once.
void ccurses_update(void);
/// Forgets what the terminal shows, so that the next update sends everything.
void ccurses_repaint(void);
/// Asks the kernel for the window's size and makes the screen fit.
void ccurses_fit(void);
/// After the terminal was given back and taken again, before the next update.
void ccurses_resume(void);
#endif
