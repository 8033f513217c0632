import CChafa

/// Sixel graphics (DEC STD 070), encoded by chafa.
struct SixelEncoder: PictureEncoder {
  /// Encoded pictures that are kept, bytes.
  static let limit = 48 << 20

  private var shown: [(place: CellRectangle, key: Int)] = []
  private var kept: [Int: [UInt8]] = [:]
  private var keptBytes = 0
  private var setting: PictureSetting?

  mutating func forget() { shown = [] }

  mutating func bytes(for pictures: [Picture], _ setting: PictureSetting) -> [UInt8] {
    if self.setting != setting {
      (shown, kept, keptBytes) = ([], [:], 0)
      self.setting = setting
    }
    var out: [UInt8] = []
    for picture in pictures where !shown.contains(where: { $0 == (picture.place, picture.key) }) {
      out.moveCursor(picture.place.row, picture.place.column)
      out += encoded(picture, setting)
    }
    shown = pictures.map { ($0.place, $0.key) }
    return out
  }

  private mutating func encoded(_ picture: Picture, _ setting: PictureSetting) -> [UInt8] {
    var hasher = Hasher()
    hasher.combine(picture.key)
    hasher.combine(picture.place)
    let key = hasher.finalize()
    if let kept = kept[key] { return kept }
    let bytes = Self.encode(picture, setting) ?? []
    if keptBytes > Self.limit { (kept, keptBytes) = ([:], 0) }
    kept[key] = bytes
    keptBytes += bytes.count
    return bytes
  }

  /// The picture's layers as one sequence; the cursor must stand in its upper left cell.
  static func encode(_ picture: Picture, _ setting: PictureSetting) -> [UInt8]? {
    guard let config = chafa_canvas_config_new(),
      let info = chafa_term_db_get_fallback_info(chafa_term_db_get_default())
    else { return nil }
    defer {
      chafa_term_info_unref(info)
      chafa_canvas_config_unref(config)
    }
    chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SIXELS)
    chafa_canvas_config_set_geometry(config, gint(picture.place.columns), gint(picture.place.rows))
    chafa_canvas_config_set_cell_geometry(config, gint(setting.cellWidth), gint(setting.cellHeight))
    chafa_canvas_config_set_canvas_mode(config, CHAFA_CANVAS_MODE_TRUECOLOR)
    chafa_canvas_config_set_dither_mode(config, CHAFA_DITHER_MODE_NONE)
    chafa_canvas_config_set_work_factor(config, 0)
    guard let canvas = chafa_canvas_new(config) else { return nil }
    defer { chafa_canvas_unref(canvas) }
    let image = picture.image
    // Four bytes a pixel: chafa counts rows in words, so that others would begin too early and shear the picture.
    var rgba = [UInt8](repeating: 255, count: image.pixels.count * 4)
    for (i, tone) in picture.tones(colour: setting.colour).enumerated() {
      let (red, green, blue) = tone.ink?.rgb ?? (tone.grey, tone.grey, tone.grey)
      (rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]) = (red, green, blue)
    }
    chafa_canvas_draw_all_pixels(
      canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, rgba, gint(image.columns), gint(image.rows), gint(image.columns * 4))
    guard let text = chafa_canvas_print(canvas, info) else { return nil }
    defer { g_string_free(text, 1) }
    guard let bytes = text.pointee.str else { return nil }
    return Array(String(cString: bytes).utf8)
  }
}
