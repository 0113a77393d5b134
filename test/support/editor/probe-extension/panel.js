document.getElementById('answer').textContent = 'six times seven is ' + 6 * 7;
