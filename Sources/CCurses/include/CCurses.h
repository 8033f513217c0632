// ncursesw for Swift: the macros, varargs and globals that do not import, as plain functions. One terminal, one thread.
#ifndef CCURSES_H
#define CCURSES_H
#include <stdint.h>

/// Keys beyond characters, as `ccurses_key` gives them.
enum {
  CCURSES_NONE = -1,
  CCURSES_UP = -2,
  CCURSES_DOWN = -3,
  CCURSES_LEFT = -4,
  CCURSES_RIGHT = -5,
  CCURSES_PAGE_UP = -6,
  CCURSES_PAGE_DOWN = -7,
  CCURSES_HOME = -8,
  CCURSES_END = -9,
  CCURSES_BACKSPACE = -10,
  CCURSES_DELETE = -11,
  CCURSES_RESIZE = -12,
  CCURSES_F1 = -13,
  CCURSES_OTHER = -14
};

/// Attributes of a cell, added up.
enum { CCURSES_BOLD = 1, CCURSES_DIM = 2, CCURSES_REVERSE = 4, CCURSES_UNDERLINE = 8 };

/// Starts curses on stdin and stdout: raw keys, no echo, no cursor. 0 where TERM is unknown or cannot move its cursor.
int ccurses_start(void);
void ccurses_stop(void);
/// Colours of the terminal by terminfo; 0 for none. Works before and after start.
int ccurses_colours(void);
/// True when the locale's character set is UTF-8. Calls setlocale once.
int ccurses_is_utf8(void);
int ccurses_rows(void);
int ccurses_columns(void);
/// A cell of the next screen: one character with attributes and colours (-1 for the terminal's own, else 0…255).
void ccurses_put(int row, int column, uint32_t character, int attributes, int foreground, int background);
/// An empty next screen.
void ccurses_erase(void);
/// Sends what changed, once.
void ccurses_update(void);
/// Forgets what the terminal shows, so that the next update sends everything.
void ccurses_repaint(void);
/// Asks the kernel for the window's size and makes the screen fit.
void ccurses_fit(void);
/// The next key that is there already: a character's code, or one of the negatives above.
int ccurses_key(void);
#endif
