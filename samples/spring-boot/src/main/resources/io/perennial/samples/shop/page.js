// Shows what the application tells, while it tells it.
(function () {
  function by(id) { return document.getElementById(id); }
  function set(id, text) {
    var at = by(id);
    if (at.textContent !== text) { at.textContent = text; }
  }
  function words(millis) {
    if (millis < 10000) { return (millis / 1000).toFixed(1) + ' s'; }
    var s = Math.round(millis / 1000);
    if (s < 60) { return s + ' s'; }
    var m = Math.floor(s / 60);
    if (m < 60) { return m + ' min' + (s % 60 ? ' ' + s % 60 + ' s' : ''); }
    return Math.floor(m / 60) + ' h ' + m % 60 + ' min';
  }
  function clock(instant) { return new Date(instant).toLocaleTimeString([], {hour12: false}); }
  function lines(settings) { return '“' + settings.greeting + '”, ' + settings.discount + ' % off'; }

  var told = null;
  function show(s) {
    var first = told === null;
    told = s;
    document.body.classList.remove('silent');
    by('silence').hidden = true;
    document.title = s.name + ': ' + s.state;
    set('who', s.name + ', port ' + s.port + '.');
    set('greeting', s.settings ? s.settings.greeting : 'Shop');
    by('state').className = 'band ' + s.look;
    set('state', s.state);
    set('meaning', s.meaning);
    set('in-state', 'for ' + words(s.inState));
    set('generation', s.server ? String(s.server.generation) : '–');
    set('session-id', s.server ? s.server.id : 'no server session');
    lease(s);
    set('held', s.nodes.now + '/' + s.nodes.wanted + ', ' + s.watches.now + '/' + s.watches.wanted);
    set('problems', s.problems.length ? s.problems.join(' ') : 'of those registered');
    set('round-trip', s.roundTrip === null ? '–' : (s.roundTrip / 1000).toFixed(1) + ' ms');
    dated(s.asOf);
    loss(s.loss);
    by('cut').setAttribute('aria-pressed', String(s.cut));
    set('cut', s.cut ? 'Mend the connection' : 'Cut the connection');
    set('cut-note', s.cut
      ? 'The network to the server is cut. Mended in time, the session is the same; after its timeout the server ends it.'
      : 'Between this instance and the server stands a relay that can be cut. Expiring happens at the server.');
    set('settings', s.settings ? lines(s.settings) : 'none');
    if (first && s.settings) {
      by('greeting-input').value = s.settings.greeting;
      by('discount-input').value = s.settings.discount;
    }
    peers(s);
    timeline();
  }

  function lease(s) {
    var whole = s.server ? s.server.timeout : 0;
    by('lease').closest('.lease').classList.toggle('lapsed', s.lease === 0);
    set('lease', s.lease > 0 ? words(s.lease) : 'not held');
    by('lease-meter').max = whole || 1;
    by('lease-meter').value = s.lease;
    set('lease-note', whole ? 'session timeout ' + words(whole) : 'nothing exclusive now');
  }

  /** What came from the servers, and is not current while the session is away from them. */
  function dated(asOf) {
    document.body.classList.toggle('away', asOf !== null);
    document.querySelectorAll('.as-of').forEach(function (at) {
      at.textContent = asOf === null ? '' : ', as of ' + clock(asOf);
    });
  }

  function loss(last) {
    var at = by('loss');
    if (!last) {
      set('loss', 'Never lost.');
      return;
    }
    var name = document.createElement('b');
    name.textContent = last.kind;
    at.replaceChildren('Last loss' + (last.at ? ' at ' + clock(last.at) : '') + ': ', name, ', ' + last.explanation);
  }

  function peers(s) {
    var here = s.peers.filter(function (p) { return p.here; }).length;
    set('peers-count', here + ' of ' + s.peers.length + (here === s.peers.length ? '' : ', of all seen'));
    var list = by('peers');
    s.peers.forEach(function (p, i) {
      var row = list.children[i];
      if (!row || row.dataset.name !== p.name) {
        row = document.createElement('li');
        row.dataset.name = p.name;
        var link = document.createElement('a');
        link.href = '//' + location.hostname + ':' + p.name + '/';
        link.textContent = p.name;
        row.append(link, p.name === String(s.port) ? 'this one' : '', document.createElement('span'));
        list.insertBefore(row, list.children[i] || null);
      }
      row.className = p.here ? 'here' : 'gone';
      var text = (p.here ? 'here since ' : 'gone since ') + clock(p.since);
      if (row.lastChild.textContent !== text) { row.lastChild.textContent = text; }
    });
  }

  // The timeline is drawn by the application: asked for after each transition, and again because time goes on: with
  // each status during an outage, which can be seen to grow, and otherwise now and then.
  var drawn = -1, drawnAt = 0, drawing = false;
  function timeline() {
    if (drawing || drawn === told.changes && Date.now() - drawnAt < (told.asOf === null ? 10000 : 900)) { return; }
    drawing = true;
    var changes = told.changes;
    fetch('timeline').then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(new Error(answer.status));
    }).then(function (text) {
      draw(text);
      drawn = changes;
    }).catch(function () { /* the next status asks again */ }).then(function () {
      drawnAt = Date.now();
      drawing = false;
      if (drawn !== -1 && drawn !== told.changes) { timeline(); }
    });
  }
  function all(at, selector) { return Array.from(at.querySelectorAll(selector)); }
  /** Puts it in place of the older one, and keeps what is focused or open. */
  function draw(text) {
    var at = by('timeline');
    var focused = at.contains(document.activeElement) ? document.activeElement : null;
    var index = all(at, 'a, tr, summary').indexOf(focused);
    var open = all(at, 'details').map(function (d) { return d.open; });
    at.innerHTML = text;
    all(at, 'details').forEach(function (d, i) { if (i in open) { d.open = open[i]; } });
    var again = focused && (focused.id && by(focused.id) || all(at, 'a, tr, summary')[index]);
    if (again) { again.focus({preventScroll: true}); }
  }

  function post(path, body, said, done) {
    var at = by(said);
    function say(text, bad) {
      at.textContent = text;
      at.classList.toggle('bad', bad);
    }
    say('', false);
    return fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)})
      .then(function (answer) {
        if (answer.ok) { return say(done, false); }
        return answer.json().then(function (problem) { say('Not done: ' + problem.detail, true); });
      })
      .catch(function () { say('Not done: the application does not answer.', true); });
  }
  by('cut').addEventListener('click', function () {
    var cut = told !== null && told.cut;
    post(cut ? 'mend' : 'cut', {}, 'said', cut ? 'The network is back.' : 'The connection is cut.');
  });
  by('expire').addEventListener('click', function () {
    post('expire', {}, 'said', 'The server has ended the session.');
  });
  by('form').addEventListener('submit', function (event) {
    event.preventDefault();
    var discount = by('discount-input').value;
    post('settings', {greeting: by('greeting-input').value, discount: discount === '' ? null : Number(discount)},
      'settings-said', 'Written by another client.');
  });

  var live = new EventSource('live');
  live.addEventListener('status', function (event) { show(JSON.parse(event.data)); });
  live.addEventListener('error', function () {
    document.body.classList.add('silent');
    by('silence').hidden = false;
    if (live.readyState === EventSource.CLOSED) { set('silence', 'The application has ended the connection. Load the page again.'); }
  });
})();
