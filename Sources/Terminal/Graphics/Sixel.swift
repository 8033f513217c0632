import CChafa

/// Sixel graphics (DEC STD 070), encoded by chafa.
enum Sixel {
  /// The picture's image and marks as one sequence; the cursor must stand in its upper left cell. `cell` is a cell's size in
  /// pixels.
  static func encode(_ picture: Picture, cell: (width: Int, height: Int), colour: Bool = true) -> String? {
    guard let config = chafa_canvas_config_new(),
      let info = chafa_term_db_get_fallback_info(chafa_term_db_get_default())
    else { return nil }
    defer {
      chafa_term_info_unref(info)
      chafa_canvas_config_unref(config)
    }
    chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SIXELS)
    chafa_canvas_config_set_geometry(config, gint(picture.place.columns), gint(picture.place.rows))
    chafa_canvas_config_set_cell_geometry(config, gint(cell.width), gint(cell.height))
    chafa_canvas_config_set_canvas_mode(config, CHAFA_CANVAS_MODE_TRUECOLOR)
    chafa_canvas_config_set_dither_mode(config, CHAFA_DITHER_MODE_NONE)
    chafa_canvas_config_set_work_factor(config, 0)
    guard let canvas = chafa_canvas_new(config) else { return nil }
    defer { chafa_canvas_unref(canvas) }
    let image = picture.image
    // Four bytes a pixel: chafa counts rows in words, so that others would begin too early and shear the picture.
    var rgba = [UInt8](repeating: 255, count: image.pixels.count * 4)
    for (i, p) in image.pixels.enumerated() {
      rgba[4 * i] = p
      rgba[4 * i + 1] = p
      rgba[4 * i + 2] = p
    }
    for mark in picture.marks where image.pixels.indices.contains(mark.pixel) {
      let plain = Ink.plain(over: image.pixels[mark.pixel])
      let (red, green, blue) = colour ? mark.ink.rgb : (plain, plain, plain)
      let at = 4 * mark.pixel
      (rgba[at], rgba[at + 1], rgba[at + 2]) = (red, green, blue)
    }
    chafa_canvas_draw_all_pixels(
      canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, rgba, gint(image.columns), gint(image.rows), gint(image.columns * 4))
    guard let text = chafa_canvas_print(canvas, info) else { return nil }
    defer { g_string_free(text, 1) }
    guard let bytes = text.pointee.str else { return nil }
    return String(cString: bytes)
  }
}
