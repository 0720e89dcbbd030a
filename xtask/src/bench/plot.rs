//! The figures as a picture: instructions of each case, to those of reqwest as people write it.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use super::figures::{CASES, CONTENDERS, Figures};

const COLOURS: [RGBColor; 5] =
    [RGBColor(0, 90, 181), RGBColor(101, 166, 223), RGBColor(190, 190, 190), RGBColor(235, 170, 90), RGBColor(90, 90, 90)];

/// Writes the picture.
pub fn write(path: &Path, figures: &Figures) -> Result<()> {
    draw(path, figures).map_err(|error| anyhow!("cannot draw {}: {error}", path.display()))
}

fn draw(path: &Path, figures: &Figures) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (900, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Instructions of a call, to those of reqwest as people write it", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..CASES.len() as f64, 0.0..1.6)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .max_light_lines(1)
        .x_labels(0)
        .y_label_formatter(&|ratio| format!("{ratio:.1}"))
        .draw()?;
    for (index, ((contender, name), colour)) in CONTENDERS.into_iter().zip(COLOURS).enumerate() {
        let bars = CASES.into_iter().enumerate().map(|(place, (case, _, _))| {
            let of = |contender| figures.call(case, contender).instructions as f64;
            let left = place as f64 + 0.1 + 0.16 * index as f64;
            Rectangle::new([(left, 0.0), (left + 0.15, of(contender) / of("reqwest"))], colour.filled())
        });
        chart.draw_series(bars)?.label(name).legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour.filled()));
    }
    let (left, bottom) = chart.plotting_area().get_pixel_range();
    let width = (left.end - left.start) / CASES.len() as i32;
    for (place, (_, what, _)) in CASES.into_iter().enumerate() {
        let at = (left.start + width * place as i32 + 8, bottom.end + 8);
        area.draw_text(what, &("sans-serif", 11).into_text_style(&area), at)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;
    area.present()?;
    Ok(())
}
