#include "CCurses.h"

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static char used[128];

int ccurses_set_locale(const char *name) {
  if (!setlocale(LC_CTYPE, name)) return -1;
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const char *ccurses_string(const char *capability) {
  const char *s = tigetstr(capability);
  return s == (const char *)-1 ? NULL : s;
}

int ccurses_use(const char *term) {
  int status;
  if (strlen(term) >= sizeof used || setupterm(term, STDOUT_FILENO, &status) != OK) return 0;
  if (!ccurses_string("cup")) return -1;
  strcpy(used, term);
  return 1;
}

int ccurses_colours(void) {
  const int n = tigetnum("colors");
  return n > 0 ? n : 0;
}

int ccurses_start(void) {
  if (!screen) screen = newterm(used, stdout, stdin);
  if (!screen) return 0;
  set_term(screen);
  raw();
  noecho();
  nonl();
  // Sends what terminfo's function keys presume; their bytes are read elsewhere.
  keypad(stdscr, TRUE);
  // Curses would put an update off while a key waits, and the screen would lag behind.
  typeahead(-1);
  curs_set(0);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  return 1;
}

void ccurses_stop(void) {
  if (screen && !isendwin()) endwin();
}

int ccurses_rows(void) { return LINES; }
int ccurses_columns(void) { return COLS; }

// Pairs are made as they come up and kept: a screen uses few, a grey picture 24 × 24.
static int pair_of(int foreground, int background) {
  if (foreground < 0 && background < 0) return 0;
  if (!has_colors()) return 0;
  if (foreground >= COLORS || background >= COLORS) return 0;
  const int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

void ccurses_put(int row, int column, const uint32_t *text, int attributes, int foreground, int background) {
  attr_t a = A_NORMAL;
  if (attributes & CCURSES_BOLD) a |= A_BOLD;
  if (attributes & CCURSES_DIM) a |= A_DIM;
  if (attributes & CCURSES_REVERSE) a |= A_REVERSE;
  if (attributes & CCURSES_UNDERLINE) a |= A_UNDERLINE;
  wchar_t wide[CCHARW_MAX + 1] = {0};
  for (int i = 0; i < CCHARW_MAX && text[i]; i++) wide[i] = (wchar_t)text[i];
  int pair = pair_of(foreground, background);
  cchar_t cell;
  if (setcchar(&cell, wide, a, (short)pair, &pair) == OK) mvadd_wch(row, column, &cell);
}

void ccurses_erase(void) { erase(); }

void ccurses_update(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

void ccurses_repaint(void) { clearok(curscr, TRUE); }

void ccurses_fit(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
  // resizeterm would push a resize key, and so call this again for ever.
  if (size.ws_row != LINES || size.ws_col != COLS) resize_term(size.ws_row, size.ws_col);
}

void ccurses_resume(void) { keypad(stdscr, TRUE); }
