// A finger across the picture: to the left the next one, to the right the one before.

const LEAST_PX = 50;

export function swipes(stage, onSwipe) {
  let start = null;

  stage.addEventListener("touchstart", (event) => {
    const isOne = event.touches.length === 1;
    start = isOne ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
  }, { passive: true });

  stage.addEventListener("touchend", (event) => {
    if (!start || (window.visualViewport?.scale ?? 1) > 1.01) return; // whoever has zoomed in moves the picture
    const [touch] = event.changedTouches;
    const [x, y] = [touch.clientX - start.x, touch.clientY - start.y];
    start = null;
    if (Math.abs(x) >= LEAST_PX && Math.abs(x) > 2 * Math.abs(y)) onSwipe(x < 0 ? 1 : -1);
  });

  stage.addEventListener("touchcancel", () => {
    start = null;
  });
}
