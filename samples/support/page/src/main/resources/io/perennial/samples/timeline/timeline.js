'use strict';
// Relates a band to its row and back: whatever is pointed at or focused lights up everywhere.
(function () {
  var lit = [];
  function light(event) {
    var at = event.target.closest('[data-t]');
    lit.forEach(function (e) { e.classList.remove('on'); });
    lit = at ? Array.from(document.querySelectorAll('[data-t=' + CSS.escape(at.dataset.t) + ']')) : [];
    lit.forEach(function (e) { e.classList.add('on'); });
  }
  document.addEventListener('mouseover', light);
  document.addEventListener('focusin', light);
  // The arrow keys go along a strip or through the rows.
  document.addEventListener('keydown', function (event) {
    var at = document.activeElement;
    var inRows = at.tagName === 'TR';
    if (!inRows) {
      if (!at.matches('.band')) { return; }
    }
    var next = event.key === (inRows ? 'ArrowUp' : 'ArrowLeft') ? at.previousElementSibling
      : event.key === (inRows ? 'ArrowDown' : 'ArrowRight') ? at.nextElementSibling : null;
    if (next) {
      next.focus();
      event.preventDefault();
    }
  });
})();
